"""Worker processes and time limits: a labeling function may hang or crash, and harms nothing else."""

from weaklabel.vote.workers.guard import Guard, OutOfTimeError, TimedGuard, Unguarded
from weaklabel.vote.workers.pool import WHOLE_LF, LostCall, WorkerPool, is_supported
from weaklabel.vote.workers.supervised import PATIENCE, Supervised

__all__ = [
    "PATIENCE",
    "WHOLE_LF",
    "Guard",
    "LostCall",
    "OutOfTimeError",
    "Supervised",
    "TimedGuard",
    "Unguarded",
    "WorkerPool",
    "is_supported",
]
