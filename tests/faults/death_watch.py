"""Says when processes end: as soon as a program of the guard's priority can know it.

Told a process id on a line it answers with that line when it watches, and with the wall time in
seconds when that process has ended.
"""

import os
import select
import time


def main() -> None:
    """Watch until nobody tells anything any more."""
    poll = select.poll()
    poll.register(0, select.POLLIN)
    while True:
        for fd, _ in poll.poll():
            if fd:
                os.write(1, f"{time.time()}\n".encode())
                poll.unregister(fd)
                os.close(fd)
            elif asked := os.read(0, 64):
                poll.register(os.pidfd_open(int(asked)), select.POLLIN)
                os.write(1, asked)
            else:
                return


if __name__ == "__main__":
    main()
