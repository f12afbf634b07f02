"""Lets the wall clock of every Python process that finds this module jump.

Python imports it by itself when its folder is in ``PYTHONPATH``. The seconds to add stand as a
double in the file that ``SOAK_CLOCK`` names, and may change at any time. SIGURG has a process write
where its threads are into the file ``stacks-PID`` beside that.
"""

import faulthandler
import mmap
import os
import signal
import struct
import time

if "SOAK_CLOCK" in os.environ:
    with open(os.environ["SOAK_CLOCK"], "rb") as _file:
        _offset = mmap.mmap(_file.fileno(), 8, prot=mmap.PROT_READ)
    _true_time = time.time

    def _jumping_time() -> float:
        return _true_time() + float(struct.unpack_from("d", _offset)[0])

    time.time = _jumping_time
    _stacks = open(f"{os.path.dirname(os.environ['SOAK_CLOCK'])}/stacks-{os.getpid()}", "w")  # noqa: SIM115
    faulthandler.register(signal.SIGURG, _stacks)
