"""What stands around a pull request: the workflow is safe, the forms are valid, what they name exists.

A workflow cannot be run here. So its rules are written as functions from the parsed file to complaints, and each of
them is shown a broken workflow too.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.checks_support import TOY, copied
from vouchbank.cli import main
from vouchbank.corpus import repository_root
from vouchbank.schema import default_schema_folder, load_schema

pytestmark = pytest.mark.slow

ROOT = repository_root()
GITHUB = ROOT / ".github"
SCHEMA = load_schema(default_schema_folder())
SESSIONS = set(re.findall(r"^@nox\.session.*\ndef (\w+)\(", (ROOT / "noxfile.py").read_text("utf-8"), re.MULTILINE))
WORKFLOWS = sorted((GITHUB / "workflows").iterdir())
FORMS = sorted((GITHUB / "ISSUE_TEMPLATE").glob("0*.yml"))
TEMPLATES = sorted([GITHUB / "pull_request_template.md", *(GITHUB / "PULL_REQUEST_TEMPLATE").iterdir()])
PRE_COMMIT = ROOT / ".pre-commit-config.yaml"
Loaded = dict[Any, Any]
by_file = {"ids": lambda path: path.name}


def load(path: Path) -> Loaded:
    loaded = yaml.safe_load(path.read_text("utf-8"))
    assert isinstance(loaded, dict)
    return loaded


# --- rules of a workflow: each gives what is wrong ------------------------------------------------------

PINNED = re.compile(r"[\w-]+/[\w./-]+@[0-9a-f]{40}")
# the values of an expression that nobody who opens a pull request can choose
CHOSEN_BY_US = re.compile(
    r"github\.(event_name|sha|workflow|event\.pull_request\.number)|vars\.\w+|matrix\.\w+|cancelled\(\)|'\w+'|[!&|=\s]+"
    r"|(needs|steps)\.\w+\.outputs\.tree"
)


def steps(workflow: Loaded) -> Iterator[Loaded]:
    for job in workflow["jobs"].values():
        yield from job["steps"]


def texts(value: Any) -> Iterator[str]:
    """Every text in a loaded file, keys too."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from (*texts(key), *texts(inner))
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    elif isinstance(value, str):
        yield value


def releases(workflow: Loaded) -> bool:
    """Whether it runs for tags only: they are pushed by those who may write, not by whoever opens a pull request."""
    return bool(workflow[True] == {"push": {"tags": ["v*"]}})


def scheduled(workflow: Loaded) -> bool:
    """Whether it is started by the clock or by a maintainer, and by nothing else."""
    return set(workflow[True]) == {"schedule", "workflow_dispatch"}


def wrong_trigger(workflow: Loaded) -> Iterator[str]:
    on = workflow[True]  # YAML 1.1 reads the key `on` as true
    if releases(workflow) or scheduled(workflow):
        return
    if set(on) != {"pull_request", "push"} or on["push"] != {"branches": ["main"]}:
        yield f"runs on {on}"


def wrong_permissions(workflow: Loaded) -> Iterator[str]:
    for name, part in (("workflow", workflow), *workflow["jobs"].items()):
        given = dict(part.get("permissions", {"contents": "read"} if name != "workflow" else {}))
        if name != "workflow" and releases(workflow):
            given.pop("id-token", None)  # the identity of the job, by which the Hub knows a trusted publisher
        if given != {"contents": "read"}:
            yield f"{name} has permissions {given}"


def named_secret(workflow: Loaded) -> Iterator[str]:
    yield from (text for text in texts(workflow) if re.search(r"secrets|github\.token|GITHUB_TOKEN", text))


def action_not_pinned(workflow: Loaded) -> Iterator[str]:
    yield from (s["uses"] for s in steps(workflow) if "uses" in s and not PINNED.fullmatch(s["uses"]))


def credentials_kept(workflow: Loaded) -> Iterator[str]:
    for step in steps(workflow):
        if "actions/checkout@" in step.get("uses", "") and step["with"].get("persist-credentials") is not False:
            yield step["uses"]


def expression_in_shell(workflow: Loaded) -> Iterator[str]:
    yield from (s["run"] for s in steps(workflow) if "${{" in s.get("run", ""))


def untrusted_expression(workflow: Loaded) -> Iterator[str]:
    for text in texts(workflow):
        for expression in re.findall(r"\$\{\{(.*?)\}\}", text, re.DOTALL):
            if CHOSEN_BY_US.sub("", expression):
                yield expression


def variable_not_quoted(workflow: Loaded) -> Iterator[str]:
    for step in steps(workflow):
        outside = re.sub(r'"[^"]*"|\'[^\']*\'|\$\(', "", step.get("run", ""))
        yield from re.findall(r"\$(?!\?)\S+", outside)


def no_time_limit(workflow: Loaded) -> Iterator[str]:
    yield from (name for name, job in workflow["jobs"].items() if not 0 < job.get("timeout-minutes", 0) <= 30)


def other_shell(workflow: Loaded) -> Iterator[str]:
    if workflow.get("defaults") != {"run": {"shell": "bash"}}:
        yield str(workflow.get("defaults"))
    yield from (s["shell"] for s in steps(workflow) if s.get("shell", "bash") != "bash")


def no_concurrency_group(workflow: Loaded) -> Iterator[str]:
    group = workflow.get("concurrency", {}).get("group", "")
    if releases(workflow):
        if not group or workflow["concurrency"].get("cancel-in-progress") is not False:
            yield "a release may be cancelled by another"
        return
    if scheduled(workflow) and group:
        return
    if "github.event.pull_request.number" not in group:
        yield f"group {group!r}"


def unknown_session(workflow: Loaded) -> Iterator[str]:
    for step in steps(workflow):
        yield from (name for name in sessions_in(step.get("run", "")) if name not in SESSIONS)


def command_outside_nox(workflow: Loaded) -> Iterator[str]:
    for step in steps(workflow):
        for tool in ("pytest", "ruff", "mypy", "pip", "uv", "nox", "curl", "wget"):
            yield from re.findall(rf"^\s*{tool}\b.*", step.get("run", ""), re.MULTILINE)


def human_text_with_commands_on(workflow: Loaded) -> Iterator[str]:
    """Human findings quote articles; a line of an article may be a workflow command."""
    for step in steps(workflow):
        lines = [line for line in step.get("run", "").splitlines() if "scripts/run.py" in line]
        machine = all("--format github" in line or ">>" in line for line in lines)
        if lines and not machine and not step["run"].index("::stop-commands::") < step["run"].index("scripts/run.py"):
            yield step["run"]


def sessions_in(text: str) -> list[str]:
    """The nox sessions that commands in a text name."""
    found = re.findall(r"python3 scripts/run\.py((?: [a-z]+)+)", text)
    return [name for names in found for name in names.split()]


def identity_lent_to_tests(workflow: Loaded) -> Iterator[str]:
    """A job that can prove who it is runs no more than it must."""
    for name, job in workflow["jobs"].items():
        run = [session for step in job["steps"] for session in sessions_in(step.get("run", ""))]
        if "id-token" in job.get("permissions", {}) and run != ["publish"]:
            yield f"{name} runs {run}"


RULES: list[Callable[[Loaded], Iterator[str]]] = [
    wrong_trigger,
    wrong_permissions,
    named_secret,
    action_not_pinned,
    credentials_kept,
    expression_in_shell,
    untrusted_expression,
    variable_not_quoted,
    no_time_limit,
    other_shell,
    no_concurrency_group,
    unknown_session,
    command_outside_nox,
    identity_lent_to_tests,
]


@pytest.mark.parametrize("path", WORKFLOWS, **by_file)
@pytest.mark.parametrize("rule", [*RULES, human_text_with_commands_on], ids=lambda rule: rule.__name__)
def test_workflows_keep_every_rule(path: Path, rule: Callable[[Loaded], Iterator[str]]) -> None:
    assert list(rule(load(path))) == []


def _steps(workflow: Loaded) -> Any:
    return workflow["jobs"]["findings"]["steps"]


BREAKS: dict[str, Callable[[Loaded], Any]] = {
    "wrong_trigger": lambda w: w[True].update({"pull_request_target": None}),
    "wrong_permissions": lambda w: w["jobs"]["tests"].update({"permissions": {"contents": "write"}}),
    "named_secret": lambda w: _steps(w)[2].update({"env": {"KEY": "${{ secrets.KEY }}"}}),
    "action_not_pinned": lambda w: _steps(w)[1].update({"uses": "actions/setup-python@v6"}),
    "credentials_kept": lambda w: _steps(w)[0]["with"].pop("persist-credentials"),
    "expression_in_shell": lambda w: _steps(w)[2].update({"run": "echo ${{ github.base_ref }}"}),
    "untrusted_expression": lambda w: _steps(w)[2].update({"env": {"T": "${{ github.event.pull_request.title }}"}}),
    "variable_not_quoted": lambda w: _steps(w)[2].update({"run": "echo $BASE"}),
    "no_time_limit": lambda w: w["jobs"]["style"].pop("timeout-minutes"),
    "other_shell": lambda w: w.pop("defaults"),
    "no_concurrency_group": lambda w: w.pop("concurrency"),
    "unknown_session": lambda w: _steps(w)[2].update({"run": "python3 scripts/run.py lint nothing"}),
    "identity_lent_to_tests": lambda w: w["jobs"]["tests"].update({"permissions": {"id-token": "write"}}),
    "command_outside_nox": lambda w: _steps(w)[2].update({"run": "pip install vouchbank"}),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_rule_of_workflows_notices_a_workflow_that_breaks_it(rule: Callable[[Loaded], Iterator[str]]) -> None:
    workflow = deepcopy(load(GITHUB / "workflows" / "check.yml"))
    BREAKS[rule.__name__](workflow)
    assert list(rule(workflow)) != []


def test_human_text_is_never_printed_with_workflow_commands_on() -> None:
    workflow = load(GITHUB / "workflows" / "check.yml")
    workflow["jobs"]["style"]["steps"][-1]["run"] = "python3 scripts/run.py lint"
    with pytest.raises(ValueError, match="substring not found"):
        list(human_text_with_commands_on(workflow))


def test_every_pin_says_which_version_it_is() -> None:
    for path in WORKFLOWS:
        lines = [line for line in path.read_text("utf-8").splitlines() if "uses:" in line]
        assert lines
        assert all(re.search(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line) for line in lines)


def test_the_workflow_runs_what_a_landing_must_pass_on_every_python_of_the_package() -> None:
    workflow = load(GITHUB / "workflows" / "check.yml")
    run = {name for step in steps(workflow) for name in sessions_in(step.get("run", ""))}
    assert run >= {*sessions_in((ROOT / ".ci" / "run").read_text("utf-8")), "build", "vouchbank"}
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    pythons = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', project)
    assert workflow["jobs"]["tests"]["strategy"]["matrix"]["python"] == pythons


def test_every_session_is_run_by_a_workflow_or_only_of_use_to_people() -> None:
    run = {name for path in WORKFLOWS for step in steps(load(path)) for name in sessions_in(step.get("run", ""))}
    weekly = load(GITHUB / "workflows" / "weekly.yml")["jobs"]["session"]["strategy"]["matrix"]["session"]
    assert set(weekly) <= set(SESSIONS)
    assert set(SESSIONS) - run - set(weekly) == {
        *("dev", "lock", "bench", "quick", "specification", "normalising", "pages", "scale", "browsing"),
    }


def test_a_release_publishes_the_tree_that_was_tested(tmp_path: Path) -> None:
    jobs = load(GITHUB / "workflows" / "release.yml")["jobs"]
    assert jobs["publish"]["needs"] == "test"
    assert jobs["publish"]["environment"] == "release"
    bash, said = shutil.which("bash"), tmp_path / "said"
    assert bash
    outputs = tmp_path / "outputs"
    given = {"GITHUB_OUTPUT": str(outputs), "GITHUB_REF_NAME": "v1.2.3", "DATASET": "me/vouchbank", "TESTED": "abc123"}
    for job in ("test", "publish"):
        folder = tmp_path / job
        folder.mkdir()
        script = jobs[job]["steps"][-1]["run"]
        stamps = "mkdir -p .vouchbank && echo abc123 | tee .vouchbank/tests-ok > .vouchbank/system-ok"
        stamp = stamps if job == "test" else "true"
        stub = f'python3() {{ case "$1" in -c) echo word;; *) echo "$@" >> "{said}"; {stamp};; esac; }}\n'
        run = [bash, "--noprofile", "--norc", "-eo", "pipefail", "-c", stub + script]
        subprocess.run(run, check=True, cwd=folder, env={**os.environ, **given}, capture_output=True)
    assert outputs.read_text() == "tree=abc123\n"
    for session in ("tests", "system"):
        assert (tmp_path / "publish" / ".vouchbank" / f"{session}-ok").read_text() == "abc123\n"
    assert said.read_text().splitlines() == [
        "scripts/run.py vouchbank -- release version",
        "scripts/run.py lint types check fresh tests system cluster",
        "scripts/run.py publish -- me/vouchbank --tag v1.2.3",
    ]


def test_only_main_must_be_fresh() -> None:
    fresh = next(s["run"] for s in load(GITHUB / "workflows" / "check.yml")["jobs"]["fresh"]["steps"] if "run" in s)
    bash = shutil.which("bash")
    assert bash
    script = fresh.replace("python3 scripts/run.py fresh", "false")
    for event, status, told in (("pull_request", 0, "::notice"), ("push", 1, "::error")):
        environment = {**os.environ, "EVENT": event}
        run = subprocess.run([bash, "-ec", script], env=environment, capture_output=True, text=True, check=False)
        assert run.returncode == status
        assert told in run.stdout


# --- issue forms ---------------------------------------------------------------------------------------

FIELDS = {"input", "textarea", "dropdown", "checkboxes"}
KEYS = {
    "markdown": {"value"},
    "input": {"label", "description", "placeholder", "value"},
    "textarea": {"label", "description", "placeholder", "value", "render"},
    "dropdown": {"label", "description", "multiple", "options", "default"},
    "checkboxes": {"label", "description", "options"},
}


def form(number: str) -> dict[str, Loaded]:
    """The fields of a form by their id."""
    path = next(p for p in FORMS if p.name.startswith(number))
    return {field["id"]: field for field in load(path)["body"] if "id" in field}


def test_there_is_a_form_for_each_kind_of_issue() -> None:
    assert [p.name for p in FORMS] == [
        "01-span-or-label.yml",
        "02-link.yml",
        "03-article.yml",
        "04-layer.yml",
        "05-code.yml",
    ]
    assert len({load(p)["name"] for p in FORMS}) == 5
    assert load(GITHUB / "ISSUE_TEMPLATE" / "config.yml") == {"blank_issues_enabled": True}


@pytest.mark.parametrize("path", FORMS, **by_file)
def test_issue_forms_are_valid(path: Path) -> None:
    loaded = load(path)
    assert set(loaded) == {"name", "description", "title", "labels", "body"}
    assert all(isinstance(loaded[key], str) and loaded[key].strip() for key in ("name", "description", "title"))
    fields = [f for f in loaded["body"] if f["type"] in FIELDS]
    assert fields
    assert all(f["type"] in {*FIELDS, "markdown"} for f in loaded["body"])
    for names in ([f["id"] for f in fields], [f["attributes"]["label"] for f in fields]):
        assert len(names) == len(set(names))
    for field in loaded["body"]:
        assert set(field) <= {"type", "id", "attributes", "validations"}
        assert set(field["attributes"]) <= KEYS[field["type"]]
        assert all(isinstance(v, (str, list)) for v in field["attributes"].values())
        assert field.get("validations", {"required": True}) == {"required": True}
    assert all(re.fullmatch(r"[a-z]+", f["id"]) for f in fields)


@pytest.mark.parametrize("path", FORMS, **by_file)
def test_lists_of_issue_forms_hold_different_texts_that_yaml_does_not_take_for_something_else(path: Path) -> None:
    for field in load(path)["body"]:
        options = field["attributes"].get("options", ())
        plain = [o["label"] if isinstance(o, dict) else o for o in options]
        assert all(isinstance(option, str) and option.lower() != "none" for option in plain)
        assert len(set(plain)) == len(plain)


def test_the_layers_to_choose_from_are_those_of_the_schema() -> None:
    assert form("01")["layer"]["attributes"]["options"] == sorted(table.name for table in SCHEMA.layers)


def test_the_links_to_choose_from_are_those_of_the_schema() -> None:
    options = dict(option.split(": ") for option in form("02")["table"]["attributes"]["options"])
    within = options.pop("within an article")
    assert sorted(options) == sorted(table.name for table in SCHEMA.corpus_tables)
    links = {column.name for table in SCHEMA.layers for column in table.columns if column.targets}
    assert set(re.findall(r"[a-z]+_?[a-z]+", within.removesuffix(" and the like"))) <= links


# --- what the files name exists -------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*FORMS, *TEMPLATES, *WORKFLOWS, PRE_COMMIT, ROOT / "CONTRIBUTING.md"], **by_file)
def test_commands_sessions_files_and_headings_that_are_named_exist(path: Path) -> None:
    text = path.read_text("utf-8")
    assert set(sessions_in(text)) <= SESSIONS
    quoted = re.findall(r"`[^`]+`", text)
    commands = [name for q in quoted for name in re.findall(r"\bvouchbank (?:-- )?([a-z][a-z-]*)", q)]
    assert set(commands) <= set(main.commands)
    for name in re.findall(r"`((?:annotations|tests|src|schema|docs|scripts|\.github)/[\w./-]*)`", text):
        made = f"wrote {name}" in text or re.search(rf"^```\w+ {re.escape(name)}$", text, re.MULTILINE)
        assert (ROOT / name).exists() or made, name  # or a command of the page, or its reader, makes it
    headings = re.findall(r"^#+ (.+)$", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.MULTILINE)
    for heading in re.findall(r'CONTRIBUTING\.md, "([^"]+)"', text):
        assert heading in headings


def test_every_template_of_a_pull_request_asks_for_a_clean_check_or_a_test() -> None:
    assert [p.name for p in TEMPLATES] == ["annotation.md", "code.md", "pull_request_template.md"]
    for path in TEMPLATES:
        asked = r"^- \[ \] .*(`vouchbank check` report no findings|test fails)"
        assert re.search(asked, path.read_text("utf-8"), re.MULTILINE)


# --- pre-commit -----------------------------------------------------------------------------------------

HOOKS = {hook["id"]: hook for repo in load(PRE_COMMIT)["repos"] for hook in repo["hooks"]}


def test_hooks_download_nothing_and_are_commands_that_exist() -> None:
    assert [repo["repo"] for repo in load(PRE_COMMIT)["repos"]] == ["local"]
    for hook in HOOKS.values():
        assert hook["language"] == "system"
        assert shutil.which(shlex.split(hook["entry"])[0])
        assert hook["pass_filenames"] is False


@pytest.mark.parametrize("name", ["format", "check"])
def test_the_hooks_of_annotation_run_on_a_clean_corpus(name: str, tmp_path: Path) -> None:
    words = shlex.split(HOOKS[name]["entry"])
    assert words[:4] == ["python3", "scripts/run.py", "vouchbank", "--"]
    with pytest.raises(SystemExit) as ended:
        main([*words[4:], "--root", str(copied(TOY, tmp_path))])
    assert ended.value.code == 0
    assert re.search(HOOKS[name]["files"], "annotations/004/entities.toml")


def test_the_hook_of_bytes_refuses_stray_bytes_and_lets_seeds_alone(tmp_path: Path) -> None:
    def git(*words: str) -> int:
        return subprocess.run(["git", *words], cwd=tmp_path, capture_output=True, check=False).returncode

    git("init", "-q")
    entry = shlex.split(HOOKS["bytes"]["entry"])[1:]
    (tmp_path / "seeds" / "000").mkdir(parents=True)
    (tmp_path / "seeds" / "000" / "raw.txt").write_bytes(b"kept \r\n")
    git("add", ".")
    assert git(*entry) == 0
    for data in (b"stray \n", b"return\r\n", b"<<<<<<< mine\n"):
        (tmp_path / "a.toml").write_bytes(data)
        git("add", ".")
        assert git(*entry) != 0, data
