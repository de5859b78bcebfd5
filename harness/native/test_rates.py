"""Tests of rates over loopback; no root needed."""

import os
import socket
import subprocess
import threading
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
RATES = os.path.join(HERE, "build", "rates")


class Output:
    def __init__(self, text):
        lines = text.splitlines()
        assert lines[0].startswith("# rates 1 "), lines[:1]
        assert lines[-1].startswith("# end "), lines[-1:]
        self.head = dict(pair.split("=", 1) for pair in lines[0].split()[3:])
        self.end = {k: int(v) for k, v in (pair.split("=", 1) for pair in lines[-1].split()[2:])}
        self.slices = [tuple(map(int, line.split())) for line in lines[1:-1]]


def start_server(*args):
    process = subprocess.Popen([RATES, "server", *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    word, address = process.stdout.readline().split()
    assert word == "listening"
    return process, address


class Rates(unittest.TestCase):
    def both(self, listen, server_args, client_args):
        process, address = start_server("--listen", listen, *server_args)
        sent = subprocess.run([RATES, "client", "--connect", address, *client_args], capture_output=True, text=True,
                              timeout=20)
        out, err = process.communicate(timeout=10)
        self.assertEqual((sent.returncode, sent.stderr, process.returncode, err), (0, "", 0, ""))
        return Output(sent.stdout), Output(out)

    def check_slices(self, received):
        """Slices follow one another without a gap; only the last, unfinished one is not printed."""
        for (start, length, *_), (following, *_) in zip(received.slices, received.slices[1:]):
            self.assertEqual(start + length, following)
            self.assertGreaterEqual(length, 100_000_000)
        for column, name in ((2, "packets"), (3, "bytes")):
            self.assertLessEqual(sum(s[column] for s in received.slices), received.end[name])
        self.assertGreater(sum(s[3] for s in received.slices), received.end["bytes"] / 2)

    def test_datagrams(self):
        for listen in ("127.0.0.1:0", "[::1]:0"):
            sent, received = self.both(listen, ["--udp"], ["--udp", "--duration-s", "1", "--rate", "20000", "--flows", "3"])
            self.assertTrue(15_000 < sent.end["packets"] <= 20_100, sent.end)
            self.assertEqual(received.end["packets"], sent.end["packets"], "loopback loses nothing at this rate")
            self.assertEqual(received.end["bytes"], 18 * received.end["packets"])
            self.check_slices(received)
            self.assertEqual(sent.head["flows"], "3")

    def test_flood(self):
        sent, received = self.both("127.0.0.1:0", ["--udp"], ["--udp", "--duration-s", "0.7", "--size", "100"])
        self.assertGreater(sent.end["packets"], 20_000)
        self.assertLessEqual(received.end["packets"], sent.end["packets"])
        self.assertEqual(received.end["bytes"], 100 * received.end["packets"])
        self.check_slices(received)

    def test_reader_is_not_woken_by_datagrams(self):
        """Who delivers a datagram to a reader that waits for it pays for waking it, on the path's own processor."""
        process, address = start_server("--listen", "127.0.0.1:0", "--udp")
        client = subprocess.Popen([RATES, "client", "--udp", "--connect", address, "--duration-s", "1", "--rate", "2000"],
                                  stdout=subprocess.DEVNULL)
        time.sleep(0.3)
        seen = set()
        for _ in range(300):
            with open("/proc/%d/wchan" % process.pid, encoding="ascii") as waits_in:
                seen.add(waits_in.read())
            time.sleep(0.001)
        self.assertEqual(client.wait(10), 0)
        process.communicate(timeout=10)
        self.assertTrue(any("nanosleep" in one for one in seen), seen)
        self.assertFalse(any("poll" in one or "recv" in one or "wait_for_more" in one for one in seen), seen)

    def test_stream(self):
        for listen, flows in (("127.0.0.1:0", "1"), ("[::1]:0", "8")):
            sent, received = self.both(listen, [], ["--duration-s", "0.7", "--flows", flows])
            self.assertEqual(received.end["bytes"], sent.end["bytes"], "every byte arrives")
            self.assertGreater(sent.end["bytes"], 10_000_000)
            self.check_slices(received)

    def test_loss_is_seen(self):
        """The server's count is its own: a run of which one in three is dropped shows two thirds."""
        process, address = start_server("--listen", "127.0.0.1:0", "--udp")
        host, port = address.split(":")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as relay:
            relay.bind(("127.0.0.1", 0))
            relay.settimeout(1)

            def drop():
                number = 0
                while True:
                    try:
                        data = relay.recv(2048)
                    except TimeoutError:
                        return
                    number += 1
                    if number % 3:
                        relay.sendto(data, (host, int(port)))

            thread = threading.Thread(target=drop)
            thread.start()
            sent = subprocess.run([RATES, "client", "--udp", "--connect", "127.0.0.1:%d" % relay.getsockname()[1],
                                   "--duration-s", "1", "--rate", "1000"], capture_output=True, text=True, timeout=20)
            thread.join()
        out, _ = process.communicate(timeout=10)
        packets = Output(sent.stdout).end["packets"]
        self.assertGreater(packets, 800)
        self.assertAlmostEqual(Output(out).end["packets"], packets * 2 / 3, delta=3)

    def test_an_end_that_is_lost_is_silence(self):
        process, address = start_server("--listen", "127.0.0.1:0", "--udp")
        host, port = address.split(":")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for number in range(5):
                sender.sendto(b"shp_data" + bytes(10), (host, int(port)))
            sender.sendto(b"something else, of a stranger", (host, int(port)))
        start = time.monotonic()
        out, _ = process.communicate(timeout=10)
        self.assertTrue(1.5 < time.monotonic() - start < 4)
        self.assertEqual((process.returncode, Output(out).end["packets"]), (0, 5))

    def test_nobody_there(self):
        process, address = start_server("--listen", "127.0.0.1:0", "--wait-s", "0.3")
        _, err = process.communicate(timeout=5)
        self.assertEqual(process.returncode, 3)
        self.assertIn("no client came", err)
        done = subprocess.run([RATES, "client", "--connect", address, "--duration-s", "1"], capture_output=True,
                              text=True, timeout=5)
        self.assertEqual(done.returncode, 3)
        self.assertIn("ECONNREFUSED", done.stderr)
        done = subprocess.run([RATES, "client", "--udp", "--connect", address, "--duration-s", "0.2", "--rate", "1000"],
                              capture_output=True, text=True, timeout=5)
        self.assertEqual(done.returncode, 0, "a flood does not ask whether anybody listens")
        end = {k: int(v) for k, v in (pair.split("=") for pair in done.stdout.splitlines()[-1].split()[2:])}
        self.assertGreater(end["refused"], 10)

    def test_bad_options(self):
        target = ["client", "--connect", "127.0.0.1:1"]
        for args, needle in (
            (["server"], "--listen"),
            (["server", "--connect", "127.0.0.1:1"], "--listen"),
            (["client", "--duration-s", "1"], "--connect"),
            (target, "--duration-s"),
            ([*target, "--duration-s", "0"], "--duration-s 0"),
            ([*target, "--duration-s", "1", "--udp", "--size", "2000"], "1472"),
            ([*target, "--duration-s", "1", "--flows", "65"], "--flows 65"),
            ([*target, "--duration-s", "1", "--size", "1"], "--size 1"),
            ([*target, "--duration-s", "1", "extra"], "extra"),
            (["client", "--connect", "localhost:1", "--duration-s", "1"], "localhost"),
            (["frob"], "server"),
        ):
            with self.subTest(args=args):
                done = subprocess.run([RATES, *args], capture_output=True, text=True, timeout=5)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
                self.assertIn(needle, done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
