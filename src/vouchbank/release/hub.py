"""The one room that speaks to the Hub, through huggingface_hub: its answers become values, its failures our errors.

`huggingface_hub` reads HF_ENDPOINT, HF_TOKEN and the rest of its settings when it is imported, so this module is
imported when a hub is opened, and never before. Neither the token nor the query of an address (storage is signed there)
is ever shown, and what a server says is shown as text, cut and with its control characters escaped.
"""

from __future__ import annotations

import json
import logging
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from vouchbank.errors import needed
from vouchbank.release.failures import PublishError, TransientError
from vouchbank.release.plan import HubState, Plan, Release, RemoteFile
from vouchbank.report.text import cut, printable

with needed("publishing"):
    import httpx2
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi, errors, get_session, get_token
    from huggingface_hub.hf_api import RepoFile
    from huggingface_hub.utils.tqdm import disable_progress_bars

# Seconds in which a server must say something; huggingface_hub itself would wait for ever.
TIMEOUT = 60.0
# Asking again may help: timeouts, "in progress" and "moved on" (judged by the next look), rate limits, server errors.
TRANSIENT = frozenset({408, 409, 412, 425, 429})


class HuggingFaceHub:
    """A dataset on the Hub. Every method raises TransientError if asking again may help.

    Attributes:
        endpoint: The address of the Hub.
        repository: OWNER/NAME.
    """

    def __init__(self, repository: str, public: bool = False, say: Callable[[str], None] = lambda text: None) -> None:
        # its log would show signed addresses, its bars hide our lines
        logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
        disable_progress_bars()
        self.repository = repository
        self._public = public
        self._say = say
        self._token: str | None = None
        self._additions: list[CommitOperationAdd] = []
        with self._told():
            self._token = get_token()
        self._api = HfApi(token=self._token or False, library_name="vouchbank")
        self.endpoint = printable(self._api.endpoint)

    def require_token(self) -> None:
        """Say early that nobody is logged in.

        Raises:
            PublishError: there is no token.
        """
        if not self._token:
            raise PublishError(
                "there is no token for the Hub: set HF_TOKEN, or run `hf auth login`, or in CI set HF_OIDC_RESOURCE "
                "(docs/releasing.md). Nothing was changed."
            )

    def state(self) -> HubState | None:
        """The commit of main and of every tag; None if there is no such dataset, or none that this token may see."""
        with self._told():
            try:
                refs = self._api.list_repo_refs(self.repository, repo_type="dataset")
            except errors.RepositoryNotFoundError:
                return None
        heads = {branch.name: branch.target_commit for branch in refs.branches}
        if "main" not in heads:
            raise PublishError(f"{self.repository} on the Hub has no branch main")
        return HubState(heads["main"], {tag.name: tag.target_commit for tag in refs.tags})

    def create(self) -> None:
        """Make the dataset, private unless it was asked for as public; fine if it is there."""
        with self._told():
            self._api.create_repo(self.repository, repo_type="dataset", private=not self._public, exist_ok=True)

    def tree(self, commit: str) -> Mapping[str, RemoteFile]:
        """All files of a commit."""
        with self._told():
            pages = self._api.list_repo_tree(self.repository, recursive=True, revision=commit, repo_type="dataset")
            files = [entry for entry in pages if isinstance(entry, RepoFile)]
        return {f.path: RemoteFile(f.size, f.blob_id, f.lfs.sha256 if f.lfs else None) for f in files}

    def upload(self, release: Release, plan: Plan) -> None:
        """Bring the contents of large files to the storage."""
        self._additions = [CommitOperationAdd(name, release.files[name]) for name in plan.added + plan.changed]
        with self._told():
            # an empty .gitignore: one that lies on the Hub would silently leave files out
            self._api.preupload_lfs_files(
                self.repository,
                self._additions,
                repo_type="dataset",
                free_memory=False,
                gitignore_content="",
            )

    def commit(self, release: Release, plan: Plan, parent: str) -> str:
        """Make the plan one commit on `parent`."""
        deletions = [CommitOperationDelete(name, is_folder=False) for name in plan.deleted]
        with self._told():
            made = self._api.create_commit(
                self.repository,
                [*self._additions, *deletions],
                commit_message=release.message,
                repo_type="dataset",
                revision="main",
                parent_commit=parent,
            )
        return made.oid

    def tag(self, release: Release, commit: str) -> None:
        """Make the tag."""
        with self._told():
            self._api.create_tag(
                self.repository, tag=release.tag, tag_message=release.message, revision=commit, repo_type="dataset"
            )

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what the client raises into our errors, and what it warns of into a line."""
        with warnings.catch_warnings(record=True) as noted:
            warnings.simplefilter("always")
            try:
                # the client keeps one session, and makes a new one after some failures
                get_session().timeout = TIMEOUT
                yield
            except PublishError:
                raise
            except Exception as error:
                raise self._as_ours(error) from error
            finally:
                for note in noted:
                    if issubclass(note.category, UserWarning):
                        self._say(f"the Hub notes: {self._safe(str(note.message))}")

    def _as_ours(self, error: BaseException) -> PublishError:
        """The error of the Hub's client as one of ours: `TransientError` if a second try may help."""
        match error:
            case RuntimeError(__cause__=BaseException() as cause):  # one upload of several
                return self._as_ours(cause)
            case errors.OfflineModeIsEnabled():
                return PublishError("HF_HUB_OFFLINE is set, so the Hub cannot be asked; unset it. Nothing was changed.")
            case errors.OIDCError():
                return PublishError(f"no token by Trusted Publishing: {self._safe(str(error))}")
            case errors.HfHubHTTPError():
                return self._answered(error)
            case httpx2.TransportError():
                what = self._safe(str(error)) or type(error).__name__
                return TransientError(f"no answer from the Hub at {self._api_endpoint()}{_request(error)}: {what}")
            case json.JSONDecodeError():
                return TransientError(f"the Hub at {self._api_endpoint()} answered with something that is not JSON")
            case _:
                return PublishError(f"not published: {type(error).__name__}: {self._safe(str(error))}")

    def _answered(self, error: Any) -> PublishError:
        """The error for an answer of the Hub that is none of success."""
        status = error.response.status_code
        words = self._safe(error.server_message or "")
        said = f"the Hub answered {status}{_request(error)}{f': {words}' if words else ''}"
        if status in TRANSIENT or status >= 500:
            return TransientError(said)
        hint = {
            401: "; the token is not valid, or not for this dataset",
            403: "; the token may not write here: it needs the permission to write to this dataset",
        }.get(status, "")
        return PublishError(f"{said}{hint}")

    def _api_endpoint(self) -> str:
        return getattr(self, "endpoint", "HF_ENDPOINT")

    def _safe(self, text: str) -> str:
        """What a server or a library says, as one line that holds no secret."""
        if self._token:
            text = text.replace(self._token, "***")
        text = re.sub(r"(https?://[^\s?]*)\?\S*", r"\1", text)
        return cut(printable(" ".join(text.split())), 300)


def _request(error: Any) -> str:
    """The request that failed: method and path, without its query."""
    try:
        request = error.response.request if hasattr(error, "response") else error.request
    except RuntimeError:  # of httpx2: none is known
        return ""
    return f" to {request.method} {printable(urlsplit(str(request.url)).path)}"
