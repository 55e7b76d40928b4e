"""Talk to the Hub through huggingface_hub: answers become values, failures become our errors.

`huggingface_hub` reads HF_ENDPOINT, HF_TOKEN and its other settings when it is imported, so this module is imported
only when it is needed. Messages never show the token, or the query of a URL, which may contain signatures. Text from a
server is shortened, and its control characters are escaped.
"""

from __future__ import annotations

import json
import logging
import math
import re
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from vouchbank.errors import needed
from vouchbank.release.failures import PublishError, TransientError
from vouchbank.release.plan import HubState, Plan, Release, ReleaseCommit, RemoteFile, release_tag_of
from vouchbank.report.text import cut, printable

with needed("publishing"):
    import httpx2
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi, errors, get_session, get_token
    from huggingface_hub.hf_api import RepoFile
    from huggingface_hub.utils._http import hf_raise_for_status, parse_ratelimit_headers
    from huggingface_hub.utils.tqdm import disable_progress_bars

# Seconds in which a server must answer; huggingface_hub itself would wait for ever.
TIMEOUT = 60.0
# Trying again may help: timeouts, conflicts (the next inspection decides), rate limits; server errors are added below.
TRANSIENT = frozenset({408, 409, 412, 425, 429})


class HuggingFaceHub:
    """A dataset on the Hub. Every method raises TransientError if trying again may help.

    Attributes:
        endpoint: The address of the Hub.
        repository: OWNER/NAME.
    """

    def __init__(self, repository: str, public: bool = False, say: Callable[[str], None] = lambda text: None) -> None:
        # its log would show signed URLs, its progress bars would hide our lines
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
        """Make sure that a token is set, before anything else.

        Raises:
            PublishError: the token is missing.
        """
        if not self._token:
            raise PublishError(
                "not logged in to the Hub: set HF_TOKEN, run `hf auth login`, or in CI set HF_OIDC_RESOURCE "
                "(docs/releasing.md). Nothing was changed."
            )

    def state(self) -> HubState | None:
        """The commits of main and of every tag; None if the dataset does not exist or this token may not see it."""
        with self._told():
            try:
                refs = self._api.list_repo_refs(self.repository, repo_type="dataset")
            except errors.RepositoryNotFoundError:
                return None
        heads = {branch.name: branch.target_commit for branch in refs.branches}
        if "main" not in heads:
            raise PublishError(f"{self.repository} on the Hub lacks the branch main")
        tags = {tag.name: tag.target_commit for tag in refs.tags}
        return HubState(heads["main"], tags, frozenset(heads) - {"main"})

    def public(self) -> bool:
        """Whether everybody can read the dataset; true unless the Hub says that it is private."""
        with self._told():
            found = self._api.dataset_info(self.repository, expand=["private"])
        return found.private is not True

    def create(self) -> None:
        """Create the dataset if it does not exist, private unless public was asked for."""
        with self._told():
            self._api.create_repo(self.repository, repo_type="dataset", private=not self._public, exist_ok=True)

    def tree(self, commit: str) -> Mapping[str, RemoteFile]:
        """All files of a commit."""
        with self._told():
            pages = self._api.list_repo_tree(self.repository, recursive=True, revision=commit, repo_type="dataset")
            files = [entry for entry in pages if isinstance(entry, RepoFile)]
        return {f.path: RemoteFile(f.size, f.blob_id, f.lfs.sha256 if f.lfs else None) for f in files}

    def history(self) -> list[ReleaseCommit]:
        """The commits of main that releases made, newest first; empty, with a line about it, if the Hub lists none."""
        with self._told():
            try:
                commits = self._api.list_repo_commits(self.repository, repo_type="dataset")
            except errors.HfHubHTTPError as error:
                if error.response.status_code == 401 or _may_help(error.response.status_code):
                    raise
                self._say("the Hub does not list the commits of main, so earlier releases without a tag are not found")
                return []
        return [ReleaseCommit(c.commit_id, tag) for c in commits if (tag := release_tag_of(c.title, c.message))]

    def upload(self, release: Release, plan: Plan) -> None:
        """Upload the contents of large files to the storage."""
        self._additions = [CommitOperationAdd(name, release.files[name]) for name in plan.added + plan.changed]
        with self._told():
            # an empty .gitignore: one on the Hub would silently leave files out
            self._api.preupload_lfs_files(
                self.repository,
                self._additions,
                repo_type="dataset",
                free_memory=False,
                gitignore_content="",
            )

    def commit(self, release: Release, plan: Plan, parent: str) -> str:
        """Apply the plan as one commit on `parent`."""
        deletions = [CommitOperationDelete(name, is_folder=False) for name in plan.deleted]
        with self._told():
            made = self._api.create_commit(
                self.repository,
                [*self._additions, *deletions],
                commit_message=release.message,
                commit_description=release.description,
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
        """Turn exceptions of the client into our errors, and its warnings into lines."""
        with warnings.catch_warnings(record=True) as noted:
            warnings.simplefilter("always")
            try:
                # the client keeps one session, but makes a new one after some failures
                session = get_session()
                session.timeout = TIMEOUT
                session.event_hooks["response"] = [_wait_here]
                yield
            except PublishError:
                raise
            except Exception as error:
                raise self._as_ours(error) from error
            finally:
                for note in noted:
                    if issubclass(note.category, UserWarning):
                        self._say(f"note from the Hub: {self._safe(str(note.message))}")

    def _as_ours(self, error: BaseException) -> PublishError:
        """An error of the Hub's client as one of ours: `TransientError` if trying again may help."""
        match error:
            case RuntimeError(__cause__=BaseException() as cause):  # one upload of several
                return self._as_ours(cause)
            case errors.OfflineModeIsEnabled():
                return PublishError("HF_HUB_OFFLINE is set; unset it to reach the Hub. Nothing was changed.")
            case errors.OIDCError():
                said = self._safe(str(error))
                return PublishError(f"Trusted Publishing gave no token: {said}. Nothing was changed.")
            case errors.HfHubHTTPError():
                return self._answered(error)
            case httpx2.TransportError():
                what = self._safe(str(error)) or type(error).__name__
                return TransientError(f"no answer from the Hub at {self._api_endpoint()}{_request(error)}: {what}")
            case json.JSONDecodeError():
                return TransientError(f"the Hub at {self._api_endpoint()} answered with something that is not JSON")
            case _:
                return PublishError(f"{type(error).__name__}: {self._safe(str(error))}")

    def _answered(self, error: Any) -> PublishError:
        """The error for an answer of the Hub that reports a failure."""
        status = error.response.status_code
        words = self._safe(error.server_message or "")
        said = f"the Hub answered {status}{_request(error)}{f': {words}' if words else ''}"
        if _may_help(status):
            after = retry_after(error.response.headers) or 0
            return TransientError(f"{said}{f'; it asks to wait {after:,} s' if after else ''}", after)
        hint = {
            401: "; the token is invalid, or not for this dataset",
            403: "; the token needs permission to write to this dataset",
        }.get(status, "")
        return PublishError(f"{said}{hint}")

    def _api_endpoint(self) -> str:
        return getattr(self, "endpoint", "HF_ENDPOINT")

    def _safe(self, text: str) -> str:
        """A message from a server or a library as one line without secrets."""
        if self._token:
            text = text.replace(self._token, "***")
        text = re.sub(r"(https?://[^\s?]*)\?\S*", r"\1", text)
        return cut(printable(" ".join(text.split())), 300)


def retry_after(headers: Mapping[str, str]) -> int | None:
    """The seconds that an answer asks to wait; None if it does not say. Names of headers are lowercase.

    >>> retry_after({"retry-after": "290"}), retry_after({"ratelimit": '"api";r=0;t=55'}), retry_after({})
    (290, 55, None)
    >>> retry_after({"retry-after": "Fri, 31 Dec 1999 23:59:30 GMT", "date": "Fri, 31 Dec 1999 23:58:00 GMT"})
    90
    """
    said = headers.get("retry-after", "").strip()
    try:
        limit = parse_ratelimit_headers(headers)
        if limit is not None and not limit.remaining:
            return limit.reset_in_seconds
        if re.fullmatch("[0-9]+", said, re.ASCII):
            return int(said)
        # the Hub's clock may differ from ours
        now = parsedate_to_datetime(headers["date"]).timestamp() if "date" in headers else time.time()
        return max(0, math.ceil(parsedate_to_datetime(said).timestamp() - now))
    except (ValueError, OverflowError):
        return None


def _may_help(status: int) -> bool:
    """Whether trying again may help."""
    return status in TRANSIENT or status >= 500


def _wait_here(response: Any) -> None:
    """Raise an answer that asks to wait: the client would wait silently for any time, and does not read dates."""
    if _may_help(response.status_code) and retry_after(response.headers) is not None:
        hf_raise_for_status(response)


def _request(error: Any) -> str:
    """The request that failed: method and path, without its query."""
    try:
        request = error.response.request if hasattr(error, "response") else error.request
    except RuntimeError:  # httpx2 raises this if the request is unknown
        return ""
    return f" to {request.method} {printable(urlsplit(str(request.url)).path)}"
