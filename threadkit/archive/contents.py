"""Keep the bytes of new sources: compressed by a thread while an import goes on."""

from __future__ import annotations

import sqlite3
from collections import deque
from concurrent.futures import Executor, Future

from threadkit.archive.readings_writer import pack_content, write_content

# Bytes of sources that may wait for their compression.
_MOST_WAITING = 16 * 1024 * 1024


class Contents:
    """The bytes of new sources, compressed by a thread while the import goes on, and written when they are ready; without packer, none."""

    def __init__(self, packer: Executor | None) -> None:
        self._packer = packer
        self._waiting: deque[tuple[int, int, Future[bytes]]] = deque()
        self._size = 0

    def add(self, connection: sqlite3.Connection, source_id: int, content: bytes) -> None:
        """Take the bytes of a source; where much is waiting, write the oldest first."""
        if self._packer is None:
            return
        self._waiting.append((source_id, len(content), self._packer.submit(pack_content, content)))
        self._size += len(content)
        self.write(connection, _MOST_WAITING)

    def write(self, connection: sqlite3.Connection, left: int = -1) -> None:
        """Write what is waiting until no more than `left` bytes are."""
        while self._waiting and self._size > left:
            source_id, size, packed = self._waiting.popleft()
            write_content(connection, source_id, packed.result())
            self._size -= size
