"""Tests of pingecho over loopback and AF_UNIX; no root needed."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
PINGECHO = os.path.join(HERE, "build", "pingecho")


@contextlib.contextmanager
def server(*args):
    process = subprocess.Popen([PINGECHO, "server", *args], stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline().split()
        assert line and line[0] == "listening", line
        yield process, line[1:]
    finally:
        process.terminate()
        code = process.wait(timeout=5)
        process.stdout.close()
        assert code == 0, code


@contextlib.contextmanager
def own_server(serve):
    """A server of the test's own: `serve(connection)` runs in a thread."""
    listener = socket.create_server(("127.0.0.1", 0))

    def run():
        with contextlib.suppress(OSError):
            connection, _ = listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with connection:
                serve(connection)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield "127.0.0.1:%d" % listener.getsockname()[1]
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=10)
        assert not thread.is_alive()


def client(*args):
    return subprocess.run([PINGECHO, "client", *args], capture_output=True, text=True, timeout=30)


class Stream:
    """The client's output, parsed as a reader would."""

    def __init__(self, text):
        lines = text.splitlines()
        assert lines[0].startswith("# pingecho 1 unit=ns "), lines[:1]
        self.header = dict(pair.split("=", 1) for pair in lines[0].split()[3:])
        self.end = None
        if lines[-1].startswith("# end "):
            self.end = {k: int(v) for k, v in (pair.split("=", 1) for pair in lines[-1].split()[2:])}
        body = lines[1:-1] if self.end is not None else lines[1:]
        self.samples = [tuple(map(int, line.split())) for line in body]
        assert all(len(sample) == 3 for sample in self.samples)


class Echo(unittest.TestCase):
    def measured(self, *args):
        done = client(*args)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, "")
        return Stream(done.stdout)

    def check(self, server_args, client_args, family):
        with server(*server_args) as (_, addresses):
            to = ["--unix" if family == "unix" else "--connect", addresses[0]]
            before = time.monotonic_ns()
            stream = self.measured(*to, "--count", "200", "--warmup", "50", "--interval-us", "500", *client_args)
            after = time.monotonic_ns()
        self.assertEqual(stream.header["family"], family)
        self.assertEqual(stream.header["remote"], addresses[0])
        self.assertEqual(stream.header["warmup"], "50")
        self.assertEqual([sample[0] for sample in stream.samples], list(range(50, 250)))
        self.assertEqual(
            (stream.end["sent"], stream.end["received"], stream.end["lost"], stream.end["samples"]),
            (250, 250, 0, 200),
        )
        for _, sent, latency in stream.samples:
            self.assertTrue(before < sent < sent + latency < after)
            self.assertGreater(latency, 1000)
        sends = [sample[1] for sample in stream.samples]
        self.assertEqual(sends, sorted(sends))
        # The ticks' mean distance is the interval (a tick that was missed makes it longer).
        self.assertGreater((sends[-1] - sends[0]) / 199, 490_000)
        return stream

    def test_ipv4(self):
        stream = self.check(["--listen", "127.0.0.1:0"], [], "ipv4")
        self.assertTrue(stream.header["local"].startswith("127.0.0.1:"))

    def test_ipv6(self):
        self.check(["--listen", "[::1]:0"], [], "ipv6")

    def test_unix(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "echo.sock")
            self.check(["--unix", path], [], "unix")
            self.assertFalse(os.path.exists(path), "the socket file is removed at the end")
            # A stale file of a server that was killed does not stand in the way.
            stale = socket.socket(socket.AF_UNIX)
            stale.bind(path)
            stale.close()
            self.check(["--unix", path], ["--blocking"], "unix")

    def test_blocking(self):
        self.check(["--listen", "127.0.0.1:0", "--blocking"], ["--blocking"], "ipv4")

    def test_open_loop(self):
        stream = self.check(["--listen", "127.0.0.1:0"], ["--open-loop"], "ipv4")
        sends = [sample[1] for sample in stream.samples]
        self.assertEqual({b - a for a, b in zip(sends, sends[1:])}, {500_000}, "intended times are exact")

    def test_sizes(self):
        with server("--listen", "127.0.0.1:0") as (_, (address,)):
            for size in (1, 7, 8, 9, 65536, 3_000_001):
                stream = self.measured("--connect", address, "--count", "5", "--interval-us", "0", "--size", str(size))
                self.assertEqual(len(stream.samples), 5)
            for size in (1, 24, 100_000):
                stream = self.measured("--connect", address, "--count", "50", "--interval-us", "300", "--size",
                                       str(size), "--open-loop")
                self.assertEqual(len(stream.samples), 50)

    def test_several_listeners_and_connections(self):
        with server("--listen", "127.0.0.1:0", "--listen", "[::1]:0", "--connections", "21") as (process, addresses):
            clients = [
                subprocess.Popen([PINGECHO, "client", "--connect", addresses[i % 2], "--count", "100", "--interval-us",
                                  "200"], stdout=subprocess.PIPE, text=True)
                for i in range(20)
            ]
            for one in clients:
                output, _ = one.communicate(timeout=20)
                self.assertEqual((one.returncode, len(Stream(output).samples)), (0, 100))
            self.assertIsNone(process.poll())
            self.measured("--connect", addresses[0], "--count", "1")
            self.assertEqual(process.wait(timeout=5), 0, "ends by itself after its connections")

    def test_duration(self):
        with server("--listen", "127.0.0.1:0") as (_, (address,)):
            for mode in ([], ["--open-loop"]):
                start = time.monotonic()
                stream = self.measured("--connect", address, "--duration-s", "0.5", "--interval-us", "10000", *mode)
                self.assertTrue(0.4 < time.monotonic() - start < 1.5)
                # On a busy machine the closed loop skips ticks; the open loop never does.
                self.assertTrue((50 if mode else 20) <= len(stream.samples) <= 51, len(stream.samples))

    def test_server_survives_a_peer_that_does_not_read(self):
        with server("--listen", "127.0.0.1:0") as (_, (address,)):
            host, port = address.split(":")
            with socket.create_connection((host, int(port))) as deaf:
                deaf.settimeout(1)
                sent = 0
                data = bytes(range(256)) * 256
                with contextlib.suppress(TimeoutError):
                    while sent < 64 << 20:
                        sent += deaf.send(data[sent % 256:])
                self.measured("--connect", address, "--count", "20", "--interval-us", "0")
                # And what was echoed is right once it is read.
                got = 0
                deaf.settimeout(5)
                while got < sent:
                    chunk = deaf.recv(1 << 16)
                    self.assertEqual(chunk, (bytes(range(256)) * (len(chunk) // 256 + 2))[got % 256:][: len(chunk)])
                    got += len(chunk)


class Failures(unittest.TestCase):
    def broken(self, needle, *args):
        done = client(*args)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertIn(needle, done.stderr)
        stream = Stream(done.stdout)
        self.assertIsNotNone(stream.end)
        self.assertEqual(stream.end["samples"], len(stream.samples))
        self.assertRegex(done.stderr, r"; %d samples$" % len(stream.samples))
        return stream

    def test_bad_options(self):
        for args, needle in (
            (["client"], "--connect"),
            (["client", "--connect", "127.0.0.1:1"], "--count"),
            (["client", "--connect", "localhost", "--count", "1"], "localhost"),
            (["client", "--connect", "::1:80", "--count", "1"], "::1:80"),
            (["client", "--connect", "127.0.0.1:1", "--count", "0"], "--count 0"),
            (["client", "--connect", "127.0.0.1:1", "--count=-4"], "--count -4"),
            (["client", "--connect", "127.0.0.1:1", "--count", "1", "--size", "99999999"], "--size"),
            (["client", "--connect", "127.0.0.1:1", "--count", "1", "--open-loop", "--blocking"], "--open-loop"),
            (["client", "--connect", "127.0.0.1:1", "--count", "1", "--open-loop", "--interval-us", "0"], "--interval-us"),
            (["client", "--connect", "127.0.0.1:1", "--count", "1", "--interval-us", "nan"], "--interval-us"),
            (["client", "--connect", "127.0.0.1:1", "--count", "1", "--frob"], "frob"),
            (["client", "--connect", "127.0.0.1:1", "--count", "1", "extra"], "extra"),
            (["server"], "--listen"),
            (["server", "--listen", "127.0.0.1:x"], "--listen"),
            (["server", "--unix", "a b"], "--unix"),
            (["frob"], "server"),
        ):
            with self.subTest(args=args):
                done = subprocess.run([PINGECHO, *args], capture_output=True, text=True, timeout=5)
                self.assertEqual(done.returncode, 2)
                self.assertEqual((done.stdout, done.stderr.count("\n")), ("", 1), done.stderr)
                self.assertIn(needle, done.stderr)

    def test_refused(self):
        with socket.socket() as bound:  # bound and not listening: nobody else can take the port meanwhile
            bound.bind(("127.0.0.1", 0))
            address = "127.0.0.1:%d" % bound.getsockname()[1]
            for mode in ([], ["--blocking"], ["--open-loop"]):
                stream = self.broken("ECONNREFUSED", "--connect", address, "--count", "1", *mode)
                self.assertEqual(stream.header["local"], "-")

    def test_address_in_use(self):
        with server("--listen", "127.0.0.1:0") as (_, (address,)):
            done = subprocess.run([PINGECHO, "server", "--listen", address], capture_output=True, text=True, timeout=5)
            self.assertEqual(done.returncode, 3)
            self.assertIn("EADDRINUSE", done.stderr)

    def test_reply_that_never_comes(self):
        def swallow(connection):
            while connection.recv(1 << 16):
                pass

        for mode in ([], ["--blocking"], ["--open-loop"]):
            with own_server(swallow) as address:
                start = time.monotonic()
                stream = self.broken("ETIMEDOUT", "--connect", address, "--count", "3", "--interval-us", "100000",
                                     "--timeout-ms", "300", *mode)
                self.assertTrue(0.25 < time.monotonic() - start < 2)
                self.assertGreaterEqual(stream.end["lost"], 1)

    def test_end_of_file(self):
        def five(connection):
            for _ in range(5):
                connection.sendall(connection.recv(24))
            # Closed with something unread, it would send a reset, and that throws the replies away.
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(1 << 16):
                pass

        for mode in ([], ["--blocking"], ["--open-loop"]):
            with own_server(five) as address:
                stream = self.broken("", "--connect", address, "--count", "10", "--interval-us", "2000", *mode)
                self.assertEqual(len(stream.samples), 5)

    def test_lying_server(self):
        def lie(connection):
            for i in range(10):
                data = bytearray(connection.recv(24))
                if i == 5:
                    data[20] ^= 1
                connection.sendall(data)

        for mode in ([], ["--blocking"], ["--open-loop"]):
            with own_server(lie) as address:
                stream = self.broken("wrong reply to message 5: byte 20", "--connect", address, "--count", "20",
                                     "--interval-us", "2000", *mode)
                self.assertEqual(len(stream.samples), 5)

    def test_reply_out_of_order(self):
        def swap(connection):
            first = connection.recv(24, socket.MSG_WAITALL)
            second = connection.recv(24, socket.MSG_WAITALL)
            connection.sendall(second + first)

        with own_server(swap) as address:
            self.broken("sequence number 1 where 0 was due", "--connect", address, "--count", "2", "--interval-us",
                        "1000", "--open-loop")

    def test_reply_too_long(self):
        with own_server(lambda c: c.sendall(c.recv(24) + b"x")) as address:
            self.broken("more bytes", "--connect", address, "--count", "2", "--interval-us", "0")

    def test_killed_client_leaves_its_samples(self):
        with server("--listen", "127.0.0.1:0") as (_, (address,)), tempfile.TemporaryFile("w+") as out:
            process = subprocess.Popen([PINGECHO, "client", "--connect", address, "--count", "1000000",
                                        "--interval-us", "1000"], stdout=out)
            time.sleep(2.5)
            process.send_signal(signal.SIGKILL)
            process.wait(timeout=5)
            out.seek(0)
            text = out.read()
        stream = Stream(text[: text.rindex("\n")])
        self.assertIsNone(stream.end, "a stream that was cut off says so")
        last = stream.samples[-1][1] - int(stream.header["start_ns"])
        self.assertGreater(last, 1_400_000_000, "all but the last second is there")

    def test_terminated_client_says_so(self):
        with server("--listen", "127.0.0.1:0") as (_, (address,)):
            for mode in ([], ["--blocking"], ["--open-loop"]):
                process = subprocess.Popen([PINGECHO, "client", "--connect", address, "--count", "1000",
                                            "--interval-us", "100000", *mode], stdout=subprocess.PIPE,
                                           stderr=subprocess.PIPE, text=True)
                time.sleep(0.35)
                process.terminate()
                out, err = process.communicate(timeout=5)
                self.assertEqual(process.returncode, 3)
                self.assertIn("signal 15", err)
                self.assertIsNotNone(Stream(out).end)

    def test_full_disk(self):
        with server("--listen", "127.0.0.1:0") as (_, (address,)), open("/dev/full", "w", encoding="ascii") as full:
            done = subprocess.run([PINGECHO, "client", "--connect", address, "--count", "1"], stdout=full,
                                  stderr=subprocess.PIPE, text=True, timeout=5)
        self.assertEqual(done.returncode, 3)
        self.assertIn("ENOSPC", done.stderr)


class SlowServer(unittest.TestCase):
    """One stall of 500 ms, messages each 10 ms: what the two loops make of it."""

    STALL = 0.5

    def run_against_stall(self, *mode):
        def stall(connection):
            got = 0
            while data := connection.recv(24 * 100):
                if got < 24 * 20 <= got + len(data):
                    time.sleep(self.STALL)
                    # All that came meanwhile is answered at once, however busy the machine is.
                    with contextlib.suppress(BlockingIOError):
                        data += connection.recv(24 * 100, socket.MSG_DONTWAIT)
                got += len(data)
                connection.sendall(data)

        with own_server(stall) as address:
            done = client("--connect", address, "--count", "90", "--interval-us", "10000", *mode)
            self.assertEqual(done.returncode, 0, done.stderr)
            return [latency / 1e6 for _, _, latency in Stream(done.stdout).samples]

    def test_open_loop_shows_the_queue(self):
        latencies = self.run_against_stall("--open-loop")
        first = next(i for i, ms in enumerate(latencies) if ms > 490)
        # Each message that was due in the stall waited 10 ms less than the one before it.
        for i, ms in enumerate(latencies[first : first + 39]):
            self.assertAlmostEqual(ms, latencies[first] - 10 * i, delta=9)
        self.assertLess(sorted(latencies)[10], 9, "those before did not wait")

    def test_closed_loop_sees_one(self):
        late = [ms for ms in self.run_against_stall() if ms > 250]
        self.assertTrue(1 <= len(late) <= 3, late)  # the stall, and what a busy machine adds


class Syscalls(unittest.TestCase):
    def test_few_per_round_trip(self):
        """Counted by the kernel: three voluntary calls a round trip, no timed waits (strace, if there is one)."""
        if not any(os.access(os.path.join(d, "strace"), os.X_OK) for d in os.environ["PATH"].split(":")):
            self.skipTest("strace is not installed")
        with server("--listen", "127.0.0.1:0") as (_, (address,)):
            done = subprocess.run(["strace", "-f", "-c", "-U", "name,calls", PINGECHO, "client", "--connect", address, "--count",
                                   "2000", "--interval-us", "0"], capture_output=True, text=True, timeout=60)
        if "ptrace" in done.stderr and "not permitted" in done.stderr:
            self.skipTest("ptrace is not permitted")
        calls = {m[1]: int(m[2]) for m in re.finditer(r"^\s*(\w+)\s+(\d+)\s*$", done.stderr, re.M)}
        del calls["total"]
        self.assertLessEqual(calls["sendto"], 2010, calls)
        self.assertLessEqual(calls["recvfrom"], 2010, calls)
        self.assertLessEqual(calls["epoll_wait"], 2050, calls)
        self.assertLessEqual(sum(calls.values()), 6300, calls)


if __name__ == "__main__":
    unittest.main(verbosity=2)
