"""Whether a job is done already: what a photograph would be made from, beside what the ledger knows.

Nothing is loaded here that only developing needs, so that a batch which is done is quickly found to be.
"""

from collections.abc import Mapping
from pathlib import Path

from lichtbild import __version__
from lichtbild.io import headerless, ledger
from lichtbild.study.job import Job, Outcome, Settings, written


def key(job: Job, settings: Settings) -> str:
    """Digest of all that the photograph is made from; none where a source cannot be read."""
    described = [settings.layout or headerless.layout_beside(source) for source in job.sources]
    described += [settings.camera, settings.depth, settings.subject_mask]
    try:
        contents = [ledger.digest(path) for path in (*job.sources, *described) if path is not None]
    except OSError:
        return ""
    choices = [repr(settings.recipe), *settings.dumps, job.target.suffix.lower()]
    choices += [repr(settings.depth_range)] if settings.depth_range is not None else []
    choices += ["own space"] if settings.own_space else []
    return ledger.key([__version__, *contents, *choices])


def skipped(
    job: Job, settings: Settings, known: Mapping[str, ledger.Entry], made_from: str
) -> Outcome | None:
    """The outcome of a job that need not or must not be begun; None for one that is to be done.

    Args:
        job: what to develop.
        settings: how.
        known: what the ledger knows of the files that the job writes, by their names.
        made_from: the job's key.
    """
    if job.named or settings.overwrite:
        return None
    files = written(job, settings)
    there = [path for path in files if path.exists()]
    for path in there:
        if path.name not in known:
            words = f"{path} is there and was not made here; --overwrite replaces it"
            return Outcome(job, "skipped", words, kept=True)
        if not _is_intact(path, known[path.name]):
            words = f"{path} was changed since it was made; --overwrite replaces it"
            return Outcome(job, "skipped", words, kept=True)
    if len(there) == len(files) and all(known[path.name].key == made_from for path in files):
        return Outcome(job, "skipped", f"{job.target} is already done")
    return None


def _is_intact(target: Path, known: ledger.Entry) -> bool:
    try:
        return ledger.digest(target) == known.digest
    except OSError:
        return False
