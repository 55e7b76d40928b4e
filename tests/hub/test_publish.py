"""Publishing with the real client: what is sent, what is refused, and that repeating it changes nothing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.checks_support import TOY, replace
from tests.hub.conftest import NAME, NEW, OLD, Client, with_old_release
from tests.hub.faults import Fault
from tests.hub.server import SIGNATURE, TOKEN, Hub
from tests.hub.store import ATTRIBUTES, Dataset, Stored
from vouchbank.release.plan import Plan, RemoteFile, blob_id, plan_of

pytestmark = pytest.mark.system


def test_a_plan_names_what_differs_and_never_what_the_hub_wrote_itself() -> None:
    there = {name: RemoteFile(1, blob=blob_id(data)) for name, data in OLD.items()}
    there[".gitattributes"] = RemoteFile(1, blob="0" * 40)
    assert plan_of(NEW, there) == Plan(
        added=("data/tokens.parquet",),
        changed=("README.md", "SHA256SUMS", "data/quantities.parquet"),
        deleted=("text/001.txt",),
    )
    assert plan_of(OLD, there).names == ()


def test_a_blob_has_the_id_that_git_gives_it() -> None:
    assert blob_id(b"") == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"


def test_a_second_release_is_one_commit_with_what_changed_and_a_tag(hub: Hub, client: Client, new: Path) -> None:
    dataset = with_old_release(hub)
    ended = client.run("release", "publish", NAME, "--root", new)
    assert ended.status == 0
    assert dataset.log == ["VouchBank 0.2.0", "VouchBank 0.1.0", "initial commit"]
    assert dataset.at("main") is dataset.at("v0.2.0")
    main = dataset.commits[dataset.head]
    assert main.contents == NEW
    assert main.files[".gitattributes"].data == ATTRIBUTES
    assert {path for path, file in main.files.items() if file.lfs} == {p for p in NEW if p.endswith(".parquet")}
    assert dataset.commits[dataset.tags["v0.1.0"]].contents == OLD
    assert not any("same" in request for request in hub.requests)
    assert f'load_dataset("{NAME}", revision="v0.2.0")' in ended.out


def test_publishing_again_changes_nothing(hub: Hub, client: Client, new: Path) -> None:
    dataset = with_old_release(hub)
    client.run("release", "publish", NAME, "--root", new)
    before = dataset.log, dict(dataset.tags)
    hub.requests.clear()
    ended = client.run("release", "publish", NAME, "--root", new)
    assert ended.status == 0
    assert "was there already" in ended.out
    assert (dataset.log, dataset.tags) == before
    assert {request.split()[0] for request in hub.requests} == {"GET"}


def test_a_commit_that_was_made_and_not_tagged_is_only_tagged(hub: Hub, client: Client, new: Path) -> None:
    dataset = with_old_release(hub)
    client.run("release", "publish", NAME, "--root", new)
    del dataset.tags["v0.2.0"]
    assert client.run("release", "publish", NAME, "--root", new).status == 0
    assert dataset.tags["v0.2.0"] == dataset.head
    assert len(dataset.log) == 3


def test_the_message_is_the_one_that_was_given(hub: Hub, client: Client, new: Path) -> None:
    dataset = with_old_release(hub)
    client.run("release", "publish", NAME, "--root", new, "--message", "Two articles more")
    assert dataset.log[0] == "Two articles more"


@pytest.mark.parametrize(("options", "private"), [((), True), (("--public",), False)])
def test_a_dataset_that_is_not_there_is_made_private_unless_public_is_asked_for(
    options: tuple[str, ...], private: bool, hub: Hub, client: Client, new: Path
) -> None:
    assert client.run("release", "publish", "an-org/fresh", "--root", new, *options).status == 0
    made = hub.datasets["an-org/fresh"]
    assert made.private is private
    assert made.commits[made.tags["v0.2.0"]].contents == NEW


def test_a_dataset_that_is_there_stays_as_visible_as_it_is(hub: Hub, client: Client, new: Path) -> None:
    dataset = with_old_release(hub)
    assert client.run("release", "publish", NAME, "--root", new, "--public").status == 0
    assert dataset.private


def test_a_public_dataset_takes_no_article_without_a_licence_whatever_the_options(
    hub: Hub, client: Client, new: Path, tmp_path: Path
) -> None:
    root = tmp_path / "root"
    shutil.copytree(new, root)
    shutil.copytree(TOY / "seeds" / "000", root / "seeds" / "000")
    replace(root, "seeds/000/meta.toml", '[licence]\nvalue = "CC BY 4.0"', '[rights]\nvalue = "© Tide Post"')
    dataset = with_old_release(hub)
    dataset.private = False
    why = "the dataset is public on the Hub; article 000 has no recorded licence or permission"
    looked = client.run("release", "publish", NAME, "--root", root, "--dry-run")
    assert (looked.status, f"would refuse: {why}" in looked.err) == (1, True)
    ended = client.run("release", "publish", NAME, "--root", root)
    assert (ended.status, f"not published: {why}" in ended.err) == (1, True)
    assert {request.split()[0] for request in hub.requests} == {"GET"}
    assert dataset.log == ["VouchBank 0.1.0", "initial commit"]
    dataset.private = True
    assert client.run("release", "publish", NAME, "--root", root).status == 0


def test_a_dry_run_lists_what_would_change_and_writes_nothing(hub: Hub, client: Client, new: Path) -> None:
    dataset = with_old_release(hub)
    ended = client.run("release", "publish", NAME, "--root", new, "--dry-run")
    assert ended.status == 0
    assert [line.split() for line in ended.out.splitlines()[1:]] == [
        ["added", "data/tokens.parquet", "6", "bytes"],
        ["changed", "README.md", "31", "bytes", "→", "31", "bytes"],
        ["changed", "SHA256SUMS", "4", "bytes", "→", "4", "bytes"],
        ["changed", "data/quantities.parquet", "14", "bytes", "→", "14", "bytes"],
        ["deleted", "text/001.txt", "5", "bytes"],
        ["the", "tag", "v0.2.0", "would", "be", "made", "on", "the", "new", "commit"],
        ["dry", "run:", "nothing", "was", "written"],
    ]
    assert f"main is {dataset.head[:8]} (v0.1.0)" in ended.out
    assert {request.split()[0] for request in hub.requests} == {"GET"}
    assert dataset.log == ["VouchBank 0.1.0", "initial commit"]


def test_a_dry_run_says_that_the_dataset_would_be_made_and_does_not_make_it(
    hub: Hub, client: Client, new: Path
) -> None:
    ended = client.run("release", "publish", NAME, "--root", new, "--dry-run")
    assert "would be created as private" in ended.out
    assert ended.out.count("  added ") == len(NEW)
    assert hub.datasets == {}


def test_a_concurrent_push_is_a_conflict_that_loses_nothing(hub: Hub, client: Client, new: Path) -> None:
    dataset = with_old_release(hub)
    theirs = {}

    def push() -> None:
        theirs["oid"] = dataset.push("a correction by hand", **{"NOTES.md": b"theirs"}).oid

    hub.faults = [Fault("POST .*/commit/main", push, times=1)]
    ended = client.run("release", "publish", NAME, "--root", new)
    assert ended.status == 2
    assert f"to {theirs['oid'][:8]} while this ran: somebody else pushed (NOTES.md)." in ended.err
    assert "--dry-run" in ended.err
    assert dataset.log == ["a correction by hand", "VouchBank 0.1.0", "initial commit"]
    assert dataset.commits[dataset.head].contents == {**OLD, "NOTES.md": b"theirs"}
    assert list(dataset.tags) == ["v0.1.0"]
    looked = client.run("release", "publish", NAME, "--root", new, "--dry-run")
    assert "(no tag)" in looked.out
    assert "deleted  NOTES.md  6 bytes  put there by others" in looked.out
    assert looked.status == 1
    assert "would refuse: this would delete 1 file on main that no release put there: NOTES.md" in looked.err
    refused = client.run("release", "publish", NAME, "--root", new)
    assert refused.status == 1
    assert "name each file or its folder: --delete NOTES.md. Nothing was changed." in refused.err
    assert dataset.log[0] == "a correction by hand"
    assert client.run("release", "publish", NAME, "--root", new, "--delete", "NOTES.md").status == 0
    assert dataset.commits[dataset.tags["v0.2.0"]].contents == NEW


# --- files of others ------------------------------------------------------------------------------------


def test_files_of_others_are_deleted_only_where_they_are_named(hub: Hub, client: Client, new: Path) -> None:
    dataset = with_old_release(hub)
    theirs = {"images/a.png": b"a", "images/more/b c.png": b"b", "images.md": b"c", "text/001.txt": b"not as it was"}
    dataset.push("by hand", **theirs)
    ended = client.run("release", "publish", NAME, "--root", new)
    assert ended.status == 1
    assert "this would delete 4 files on main that no release put there: images.md, images/a.png" in ended.err
    assert "--delete 'images/more/b c.png' --delete text/001.txt. Nothing was changed." in ended.err
    named = ["--delete", "images/", "--delete", "text"]
    ended = client.run("release", "publish", NAME, "--root", new, *named, "--dry-run")
    assert "this would delete 1 file on main that no release put there: images.md. " in ended.err
    assert dataset.log[0] == "by hand"
    ended = client.run("release", "publish", NAME, "--root", new, *named, "--delete", "images.md", "--delete", "data")
    assert ended.status == 0, ended.err
    assert "--delete data: matches no file that this release deletes" in ended.out
    assert "deleting images/more/b c.png" in ended.out
    assert dataset.commits[dataset.tags["v0.2.0"]].contents == NEW


def test_a_file_of_an_older_release_is_ours_though_the_last_one_has_it_no_more(
    hub: Hub, client: Client, new: Path
) -> None:
    dataset = with_old_release(hub)
    client.run("release", "publish", NAME, "--root", new)
    dataset.push("restored", **{"text/001.txt": OLD["text/001.txt"]})
    ended = client.run("release", "publish", NAME, "--root", new, version="0.3.0")
    assert ended.status == 0, ended.err
    assert "deleting text/001.txt" in ended.out


def test_a_file_that_others_changed_is_named_when_the_corpus_takes_its_place(
    hub: Hub, client: Client, new: Path
) -> None:
    dataset = with_old_release(hub)
    dataset.push("a better card", **{"README.md": b"---\n---\ntheirs\n"})
    ended = client.run("release", "publish", NAME, "--root", new)
    assert ended.status == 0
    assert "README.md on main was changed outside a release; this release replaces it" in ended.out
    assert "SHA256SUMS on main" not in ended.out


# --- earlier tries --------------------------------------------------------------------------------------


def untagged(hub: Hub, client: Client, new: Path, *options: str) -> Dataset:
    """The Hub after a release whose tag was refused."""
    dataset = with_old_release(hub)
    hub.faults = [Fault("/tag/", 403)]
    assert client.run("release", "publish", NAME, "--root", new, *options).status == 2
    hub.faults = []
    return dataset


@pytest.fixture
def newer(new: Path, tmp_path: Path) -> Path:
    """The corpus of the version after NEW: one file more, one gone."""
    shutil.copytree(new, tmp_path / "newer")
    (tmp_path / "newer" / "corpus" / "text" / "002.txt").write_text("more")
    (tmp_path / "newer" / "corpus" / "data" / "tokens.parquet").unlink()
    return tmp_path / "newer"


@pytest.mark.parametrize("options", [(), ("--message", "Two articles more")])
def test_a_release_that_was_never_tagged_is_named_before_and_after_a_newer_one(
    options: tuple[str, ...], hub: Hub, client: Client, new: Path, newer: Path
) -> None:
    dataset = untagged(hub, client, new, *options)
    left = dataset.head
    said = f"commit {left[:8]} was made for v0.2.0 but has no tag, because that release failed; to finish it"
    ended = client.run("release", "publish", NAME, "--root", newer, version="0.3.0")
    assert ended.status == 0, ended.err
    assert f"main is {left[:8]} (no tag)" in ended.out
    assert f"{said}, run git checkout v0.2.0 and publish; only the tag is then made" in ended.out
    assert said in client.run("release", "publish", NAME, "--root", newer, "--dry-run", version="0.3.0").out
    assert said in client.run("release", "publish", NAME, "--root", newer, version="0.3.0").out
    assert client.run("release", "publish", NAME, "--root", new).status == 0
    assert dataset.tags == {**dataset.tags, "v0.2.0": left, "v0.3.0": dataset.head}
    assert "has no tag" not in client.run("release", "publish", NAME, "--root", newer, version="0.3.0").said


def test_an_earlier_try_is_tagged_though_others_pushed_since(hub: Hub, client: Client, new: Path) -> None:
    dataset = untagged(hub, client, new)
    left = dataset.head
    dataset.push("by hand", **{"NOTES.md": b"theirs"})
    looked = client.run("release", "publish", NAME, "--root", new, "--dry-run")
    assert "the tag v0.2.0 would be made on that commit" in looked.out
    assert "NOTES.md" not in looked.said
    assert client.run("release", "publish", NAME, "--root", new).status == 0
    assert dataset.tags["v0.2.0"] == left
    assert dataset.log[0] == "by hand"


def test_a_lost_answer_and_a_push_upon_it_end_in_a_tag_on_the_right_commit(hub: Hub, client: Client, new: Path) -> None:
    dataset = with_old_release(hub)
    made = []

    def lost() -> None:
        made.append(dataset.head)
        dataset.push("by hand", **{"NOTES.md": b"theirs"})
        hub.faults.append(Fault("/refs$", "cut", times=1))
        raise ConnectionAbortedError

    hub.faults = [Fault("POST .*/commit/main", lost, times=1, after=True)]
    ended = client.run("release", "publish", NAME, "--root", new)
    assert ended.status == 0, ended.err
    assert dataset.tags["v0.2.0"] == made[0]
    assert dataset.commits[made[0]].contents == NEW
    assert dataset.log == ["by hand", "VouchBank 0.2.0", "VouchBank 0.1.0", "initial commit"]


def test_an_earlier_try_with_another_corpus_is_named(hub: Hub, client: Client, new: Path, newer: Path) -> None:
    dataset = untagged(hub, client, new)
    left = dataset.head
    ended = client.run("release", "publish", NAME, "--root", newer)
    assert ended.status == 0
    assert f"commit {left[:8]} was made for v0.2.0 but has no tag" in ended.out
    assert "it contains a different corpus" in ended.out
    assert dataset.tags["v0.2.0"] == dataset.head != left


def test_a_tag_elsewhere_does_not_hide_the_commit_that_was_made(hub: Hub, client: Client, new: Path) -> None:
    dataset = untagged(hub, client, new)
    dataset.tags["v0.2.0"] = dataset.tags["v0.1.0"]
    for options in ((), ("--dry-run",)):
        ended = client.run("release", "publish", NAME, "--root", new, *options)
        assert ended.status == 2
        assert f"v0.2.0 is already on the Hub ({dataset.tags['v0.1.0'][:8]}) with a different corpus" in ended.err
        assert "raise the version" in ended.err
        assert f"On the Hub now: commit {dataset.head[:8]} contains this corpus; main is" in ended.err


def test_a_branch_with_the_name_of_the_tag_is_refused(hub: Hub, client: Client, new: Path) -> None:
    dataset = with_old_release(hub)
    dataset.branches.append("v0.2.0")
    ended = client.run("release", "publish", NAME, "--root", new)
    assert ended.status == 2
    assert "a branch on the Hub is named v0.2.0, like the tag; delete or rename it" in ended.err
    assert dataset.log[0] == "VouchBank 0.1.0"


def test_a_hub_that_lists_no_commits_is_published_to_all_the_same(hub: Hub, client: Client, new: Path) -> None:
    dataset = untagged(hub, client, new)
    hub.faults = [Fault("/commits/main", 404)]
    ended = client.run("release", "publish", NAME, "--root", new)
    assert ended.status == 0
    assert "the Hub does not list the commits of main" in ended.out
    assert dataset.tags["v0.2.0"] == dataset.head


# --- others at the same time ----------------------------------------------------------------------------


def test_a_push_between_the_commit_and_the_tag_does_not_move_the_tag(hub: Hub, client: Client, new: Path) -> None:
    dataset = with_old_release(hub)
    push = Fault("POST .*/tag/", lambda: dataset.push("later", **{"NOTES.md": b"theirs"}) and None, times=1)
    hub.faults = [push]
    assert client.run("release", "publish", NAME, "--root", new).status == 0
    assert dataset.log[0] == "later"
    assert dataset.commits[dataset.tags["v0.2.0"]].contents == NEW


def test_two_that_publish_the_same_at_once_make_one_release(hub: Hub, client: Client, new: Path) -> None:
    dataset = with_old_release(hub)

    def other() -> None:
        files = {path: Stored(data, path.endswith(".parquet")) for path, data in NEW.items()}
        dataset.add("VouchBank 0.2.0", {".gitattributes": Stored(ATTRIBUTES), **files})

    hub.faults = [Fault("POST .*/commit/main", other, times=1)]
    assert client.run("release", "publish", NAME, "--root", new).status == 0
    assert dataset.log == ["VouchBank 0.2.0", "VouchBank 0.1.0", "initial commit"]
    assert dataset.tags["v0.2.0"] == dataset.head


def test_a_tag_on_another_corpus_is_refused_and_not_moved(hub: Hub, client: Client, new: Path) -> None:
    dataset = with_old_release(hub)
    for options in ((), ("--dry-run",)):
        ended = client.run("release", "publish", NAME, "--root", new, *options, version="0.1.0")
        assert ended.status == 2
        assert "v0.1.0 is already on the Hub" in ended.err
        assert "README.md" in ended.err
        assert "raise the version" in ended.err
    assert dataset.log == ["VouchBank 0.1.0", "initial commit"]


def test_a_gitignore_on_the_hub_leaves_no_file_out(hub: Hub, client: Client, new: Path) -> None:
    dataset = with_old_release(hub)
    dataset.push("by hand", **{".gitignore": b"*.parquet\n"})
    assert client.run("release", "publish", NAME, "--root", new, "--delete", ".gitignore").status == 0
    assert dataset.commits[dataset.tags["v0.2.0"]].contents == NEW


def test_a_commit_that_the_hub_made_something_else_of_is_not_tagged(hub: Hub, client: Client, new: Path) -> None:
    dataset = with_old_release(hub)
    honest = Dataset.add

    def forgetful(self: Dataset, message: str, files: dict[str, Stored], description: str = "") -> object:
        return honest(self, message, {p: f for p, f in files.items() if p != "data/tokens.parquet"}, description)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Dataset, "add", forgetful)
        ended = client.run("release", "publish", NAME, "--root", new)
    assert ended.status == 2
    assert "differs from the corpus that was sent: data/tokens.parquet differs" in ended.err
    assert "v0.2.0" not in dataset.tags


def test_a_card_that_the_hub_refuses_is_a_message_and_nothing_is_made(
    hub: Hub, client: Client, new: Path, tmp_path: Path
) -> None:
    dataset = with_old_release(hub)
    shutil.copytree(new, tmp_path / "root")
    (tmp_path / "root" / "corpus" / "README.md").write_text("no head")
    ended = client.run("release", "publish", NAME, "--root", tmp_path / "root")
    assert ended.status == 2
    assert "the card has no YAML" in ended.err
    assert dataset.log == ["VouchBank 0.1.0", "initial commit"]


def test_what_a_server_says_cannot_command_the_terminal_and_an_error_names_no_signed_address(
    hub: Hub, client: Client, new: Path
) -> None:
    dataset = with_old_release(hub)
    dataset.push("hostile", **{"a\x1b[2J.txt": b"1"})
    ended = client.run("release", "publish", NAME, "--root", new, "--dry-run")
    assert "\x1b" not in ended.said
    assert "a\\x1b[2J.txt" in ended.out
    hub.faults = [Fault("PUT /storage", 403)]
    refused = client.run("release", "publish", NAME, "--root", new)
    assert "\x1b" not in refused.said
    ended = client.run("release", "publish", NAME, "--root", new, "--delete", "a\x1b[2J.txt")
    assert ended.status == 2
    assert "403 to PUT /storage/" in ended.err
    assert "Signature" not in ended.said


def test_a_server_that_repeats_the_token_or_sends_commands_is_shown_without_them(
    hub: Hub, client: Client, new: Path
) -> None:
    with_old_release(hub)
    error = {"error": f"\x1b[2J no leave for {TOKEN}, see https://storage.example.org/x?{SIGNATURE}\nnext"}
    hub.faults = [Fault("POST .*/preupload/", 403, body=json.dumps(error).encode())]
    ended = client.run("release", "publish", NAME, "--root", new)
    assert ended.status == 2
    assert "\\x1b[2J no leave for ***, see https://storage.example.org/x next" in ended.err
    assert SIGNATURE not in ended.err


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"HF_TOKEN": ""}, "not logged in to the Hub: set HF_TOKEN"),
        ({"HF_TOKEN": "hf_of_somebody_else"}, "401"),
        ({"HF_HUB_OFFLINE": "1"}, "HF_HUB_OFFLINE is set"),
        ({"HF_OIDC_RESOURCE": "datasets/me/vouchbank"}, "Trusted Publishing gave no token"),
    ],
)
def test_without_leave_to_write_there_is_a_message_and_nothing_is_changed(
    variables: dict[str, str], said: str, hub: Hub, new: Path, tmp_path: Path
) -> None:
    dataset = with_old_release(hub)
    client = Client(hub, tmp_path, **variables)
    ended = client.run("release", "publish", NAME, "--root", new)
    client.close()
    assert ended.status == 2
    assert said in ended.err
    assert "hf_of_somebody_else" not in ended.said
    assert dataset.log == ["VouchBank 0.1.0", "initial commit"]


@pytest.mark.parametrize(("resource", "status"), [("datasets/me/vouchbank", 0), ("datasets/me/other", 2)])
def test_a_job_publishes_without_a_stored_token_what_it_is_trusted_with(
    resource: str, status: int, hub: Hub, new: Path, tmp_path: Path
) -> None:
    dataset = with_old_release(hub)
    job = {"ACTIONS_ID_TOKEN_REQUEST_URL": f"{hub.endpoint}/identity", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "of the job"}
    client = Client(hub, tmp_path, HF_TOKEN="", HF_OIDC_RESOURCE=resource, GITHUB_ACTIONS="true", **job)
    ended = client.run("release", "publish", NAME, "--root", new)
    client.close()
    assert ended.status == status, ended.err
    assert ("v0.2.0" in dataset.tags) is (status == 0)
    assert status == 0 or "not a trusted publisher of this" in ended.err


@pytest.mark.parametrize("name", ["vouchbank", "me/", "me/a/b", "../x", "me/vouch bank", "me/\n"])
def test_only_owner_and_name_are_a_dataset(name: str, hub: Hub, client: Client, new: Path) -> None:
    ended = client.run("release", "publish", name, "--root", new)
    assert ended.status == 2
    assert "OWNER/NAME" in ended.err
    assert hub.requests == []


def test_only_a_dry_run_may_be_untagged(client: Client, new: Path) -> None:
    ended = client.run("release", "publish", NAME, "--root", new, "--allow-untagged")
    assert ended.status == 2
    assert "--dry-run" in ended.err
