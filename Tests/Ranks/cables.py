"""Cables between hosts that delay and lose frames, for kernels without netem: cables.py COUNT MILLISECONDS LOSS.

Makes devices cable1 to cableCOUNT where it is started, says so, and carries frames between them until its input ends. Taken
for a switch with so many ports: a frame is lost with probability LOSS, else it arrives MILLISECONDS later. What is lost follows
from the number of frames, not from the clock.
"""

import fcntl
import heapq
import os
import random
import selectors
import struct
import sys
import time

TUNSETIFF = 0x400454CA
TAP, WITHOUT_HEADER = 0x0002, 0x1000
MOST = 2048
"""Bytes of a frame; devices made here have 1500 and do no work for their kernel."""


def device(name):
    made = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(made, TUNSETIFF, struct.pack("16sH22x", name.encode(), TAP | WITHOUT_HEADER))
    return made


class Switch:
    def __init__(self, ports, delay, loss):
        self.ports, self.delay, self.loss = ports, delay, loss
        self.chance = random.Random(1)
        self.known = {}
        """Ports by the address of who is behind them."""
        self.flying = []
        """When, a number to order by, the port and the frame."""
        self.count = 0

    def take(self, port):
        """Everything that has come to a port."""
        while True:
            try:
                frame = os.read(port, MOST)
            except BlockingIOError:
                return
            except OSError:
                return  # the device is down
            target, source = frame[:6], frame[6:12]
            self.known[source] = port
            others = [other for other in self.ports if other != port]
            for other in [self.known[target]] if target in self.known else others:
                self.count += 1
                if self.chance.random() >= self.loss:
                    heapq.heappush(self.flying, (time.monotonic() + self.delay, self.count, other, frame))

    def deliver(self):
        """What is due. Returns the seconds until something else is, or None."""
        while self.flying:
            wait = self.flying[0][0] - time.monotonic()
            if wait > 0:
                return wait
            *_, port, frame = heapq.heappop(self.flying)
            try:
                os.write(port, frame)
            except OSError:
                pass  # a device that is down, or full, loses what comes
        return None


def main():
    count, delay, loss = int(sys.argv[1]), float(sys.argv[2]) / 1000, float(sys.argv[3])
    ports = [device(f"cable{number}") for number in range(1, count + 1)]
    switch, selector = Switch(ports, delay, loss), selectors.DefaultSelector()
    for port in [*ports, sys.stdin.fileno()]:
        selector.register(port, selectors.EVENT_READ)
    print("made", flush=True)
    wait = None
    while True:
        for key, _ in selector.select(wait):
            if key.fd == sys.stdin.fileno():
                return
            switch.take(key.fd)
        wait = switch.deliver()


if __name__ == "__main__":
    main()
