"""What a run's meta.yaml says, fastest when it is just as MLflow writes it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import NamedTuple

from venturi.records import Lifecycle, RunStatus
from venturi.stores.files.meta import HalfWritten, fields_of, number_in, text_in

_STATUS = {str(number): status.value for number, status in enumerate(RunStatus, 1)}

# MLflow's own keys, sorted, with values that are certain to mean the same to YAML: ASCII text that
# begins with a letter and is no truth value, ids with a letter in them, numbers of 18 digits.
_WORD = r"(?!(?i:null|true|false|yes|no|on|off|y|n)\n)[A-Za-z_][ -~]*|'[ -&(-~]*'"
_ID = r"(?!0x|0b[01]+\n)[0-9]*[a-z][0-9a-z]*"
_TIME = r"[1-9][0-9]{0,17}"
_OWN_FORM = re.compile(
    rf"""artifact_uri:[ ]([A-Za-z/][!-~]*/[!-~]*[!-9;-~])\n
    (?:deleted_time:[ ](?:null|{_TIME})\n)?
    end_time:[ ](null|{_TIME})\n
    entry_point_name:[ ]''\n
    experiment_id:[ ]'([0-9]+)'\n
    lifecycle_stage:[ ](active|deleted)\n
    run_id:[ ]({_ID})\n
    run_name:[ ]({_WORD})\n
    (?:run_uuid:[ ]{_ID}\n)?
    source_name:[ ]''\n
    source_type:[ ]4\n
    source_version:[ ]''\n
    start_time:[ ]({_TIME})\n
    status:[ ]([1-5])\n
    tags:[ ]\[\]\n
    user_id:[ ]({_WORD})\n""",
    re.VERBOSE,
)


class RunMeta(NamedTuple):
    """What a run's meta.yaml says."""

    run_id: str
    experiment_id: str
    name: str
    status: str
    start_time: int | None
    end_time: int | None
    is_deleted: bool
    user_id: str
    artifact_uri: str

    def is_at(self, path: str) -> bool:
        """Whether the folder of that path is this run's."""
        return path.endswith(f"{os.sep}{self.experiment_id}{os.sep}{self.run_id}")


def run_meta(data: bytes, *, as_it_is: bool = False) -> RunMeta:
    """What the bytes of a run's meta.yaml say.

    Raises StoreBroken; HalfWritten without what MLflow writes last, unless taken as it is.
    """
    own = _OWN_FORM.fullmatch(data.decode(errors="replace"))
    return (own and _of_own_form(own)) or _of_any_form(data, as_it_is=as_it_is)


def _of_own_form(match: re.Match[str]) -> RunMeta | None:
    uri, end, experiment_id, stage, run_id, name, start, status, user = match.groups()
    if ": " in name or " #" in name or name[-1] in ": " or " " in user or user[-1] == ":":
        return None
    return RunMeta(
        run_id,
        experiment_id,
        name[1:-1] if name[0] == "'" else name,
        _STATUS[status],
        int(start),
        None if end == "null" else int(end),
        stage == "deleted",
        user[1:-1] if user[0] == "'" else user,
        uri,
    )


def _of_any_form(data: bytes, *, as_it_is: bool) -> RunMeta:
    fields = fields_of(data, as_it_is=as_it_is)
    # run_uuid was the name before MLflow 1.0, both stood there up to 2.22, and run_id alone since.
    run_id = text_in(fields, "run_id") or text_in(fields, "run_uuid")
    experiment_id = text_in(fields, "experiment_id")
    if not run_id or not experiment_id:
        raise HalfWritten("names no run_id or no experiment_id")
    if "user_id" not in fields and not as_it_is:
        raise HalfWritten("names no user_id")
    return RunMeta(
        run_id=run_id,
        experiment_id=experiment_id,
        name=text_in(fields, "run_name") or "",
        status=_status(fields),
        start_time=number_in(fields, "start_time"),
        end_time=number_in(fields, "end_time"),
        is_deleted=fields.get("lifecycle_stage") == Lifecycle.DELETED.value,
        user_id=text_in(fields, "user_id") or "",
        artifact_uri=text_in(fields, "artifact_uri") or "",
    )


def _status(fields: Mapping[str, object]) -> str:
    word = text_in(fields, "status")
    return RunStatus.RUNNING.value if word is None else _STATUS.get(word, word)
