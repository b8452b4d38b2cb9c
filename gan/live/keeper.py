"""Keeps runs in a `RunStore` every minute and at the end.

A run is copied by the thread that trains, because only there nothing else moves it, and written by a
thread of its own, because a disk may be slow.
"""

import time
import traceback
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor

from gan.live import kept_run, own_pictures
from gan.live.kept_run import KeptRun, Owner
from gan.live.run_store import RunStore
from gan.live.session import Session

KEEP_SECONDS = 60.0  # between two times that a run is kept


class Keeper:
    """What is kept, and when. Its methods are called by one thread at a time."""

    def __init__(self, store: RunStore):
        self._store = store
        self._due_at: dict[str, float] = {}  # by a run's name, in seconds of `time.monotonic`
        self._kept: dict[str, tuple[int, int]] = {}  # by a run's name: the version and the step that are kept
        self._writer = ThreadPoolExecutor(1, "keep")
        self._writing: Future | None = None

    def keep_one_due(self, runs: Mapping[str, tuple[Owner, Session]]) -> None:
        """Begins to keep one of the runs, if one is due and nothing is being written.

        Args:
          runs: all that there are, by their names. Those that are no longer there are deleted.
        """
        if self._writing and not self._writing.done():
            return
        self._delete_others(runs)
        now = time.monotonic()
        for name, (owner, session) in runs.items():
            if now >= self._due_at.setdefault(name, now + KEEP_SECONDS):
                self._due_at[name] = now + KEEP_SECONDS
                if self._keep(name, owner, session):
                    return

    def keep_all(self, runs: Mapping[str, tuple[Owner, Session]]) -> None:
        """Keeps all runs that have changed, deletes others, and waits until all is written."""
        self._delete_others(runs)
        for name, (owner, session) in runs.items():
            self._keep(name, owner, session)
        if self._writing:
            self._writing.result()

    def close(self) -> None:
        """Waits until all is written, and lets another process use the folder."""
        self._writer.shutdown()
        self._store.close()

    def _delete_others(self, runs: Mapping[str, tuple[Owner, Session]]) -> None:
        """Begins to delete the runs that are no longer there."""
        for name in self._due_at.keys() - runs.keys():
            del self._due_at[name]
            self._kept.pop(name, None)
            self._writing = self._writer.submit(self._store.forget, name)

    def _keep(self, name: str, owner: Owner, session: Session) -> bool:
        """Begins to keep a run, if it has changed. Returns whether it has."""
        moment = session.snapshot.version, session.snapshot.step
        if session.dataset.name == own_pictures.NAME or self._kept.get(name) == moment:
            return False
        try:
            kept = kept_run.take(session, owner)
        except Exception:  # an error of this program: the other runs must be kept, and go on
            traceback.print_exc()
            return False
        if kept is None:
            return False
        self._writing = self._writer.submit(self._write, name, kept, moment)
        return True

    def _write(self, name: str, kept: KeptRun, moment: tuple[int, int]) -> None:
        """Writes a run, in the writer's thread. What could not be written is tried again when it is due."""
        if self._store.write(name, kept):
            self._kept[name] = moment
