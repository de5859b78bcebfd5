"""Tests of the gate program itself: every case holds on plain TCP, and faults on the way are found."""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
GATE = os.path.join(HERE, "build", "gate")
ROOT = os.geteuid() == 0
TAG = f"spg{os.getpid() % 100000}"

# Smaller than the defaults where a case would take long.
OPTIONS = {
    "stream": ["--bytes", "134217728"],
    "bulk": ["--seconds", "1"],
    "slow-reader": ["--sleep-ms", "700"],
    "tiny-messages-slow-reader": ["--sleep-ms", "500"],
    "sleeping-readers": ["--count", "8"],
    "message-per-connection": ["--count", "500"],
}


def cases():
    listed = subprocess.run([GATE, "list"], capture_output=True, text=True, check=True).stdout
    return [line.split()[0] for line in listed.splitlines()]


def run_gate(*args, timeout=120):
    done = subprocess.run([GATE, *args], capture_output=True, text=True, timeout=timeout)
    result = json.loads(done.stdout) if done.stdout else None
    return done, result


def state_of(pid):
    """The state of a process as ps shows it; Z is dead and not yet collected by its parent."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "gone"


class Server:
    """A gate server on loopback (IPv4 and IPv6), controlled over AF_UNIX."""

    def __init__(self):
        self.directory = tempfile.TemporaryDirectory()
        self.control = "unix:" + os.path.join(self.directory.name, "control")
        self.process = subprocess.Popen(
            [GATE, "server", "--listen", "127.0.0.1:0", "--listen", "[::1]:0", "--control", self.control],
            stdout=subprocess.PIPE, text=True)
        words = self.process.stdout.readline().split()
        assert words[0] == "listening", words
        self.ipv4, self.ipv6 = words[1:3]

    def client(self, *args, connect=None, timeout_s=40):
        return run_gate("client", "--connect", connect or self.ipv4, "--control", self.control, "--timeout-s",
                        str(timeout_s), *args)

    def close(self):
        self.process.terminate()
        code = self.process.wait(timeout=5)
        self.process.stdout.close()
        left = os.listdir(self.directory.name)
        self.directory.cleanup()
        assert (code, left) == (0, []), (code, left)


class WithServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def ok(self, *args, **kwargs):
        done, result = self.server.client(*args, **kwargs)
        self.assertEqual((done.returncode, done.stderr), (0, ""), f"{args} {done.stdout}")
        self.assertTrue(result["ok"])
        self.assertEqual(result["why"], "")
        self.assertGreater(len(result["observed"]), 0)
        return result

    def wrong(self, needle, *args, **kwargs):
        done, result = self.server.client(*args, **kwargs)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertFalse(result["ok"])
        self.assertIn(needle, result["why"])
        return result


class PlainTcp(WithServer):
    def everything(self, connect, *args, only=None):
        for case in cases():
            if only and not only(case):
                continue
            with self.subTest(case=case, args=args):
                self.ok(case, *OPTIONS.get(case, []), *args, connect=connect)

    def test_ipv4(self):
        self.everything(self.server.ipv4)

    def test_ipv6(self):
        self.everything(self.server.ipv6)

    def test_blocking_sockets(self):
        self.everything(self.server.ipv4, "--sockets", "blocking")

    def test_swapped(self):
        own = {"sleeping-readers", "server-first", "write-at-once", "short-connections", "message-per-connection",
               "reconnect", "identity"}
        self.everything(self.server.ipv4, "--swap", only=lambda case: case not in own)
        for case in own:
            self.assertEqual(self.server.client(case, "--swap")[0].returncode, 2)

    def test_reconnect_where_ports_are_in_time_wait(self):
        with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
            low, high = map(int, file.read().split())
        with socket.create_server(("127.0.0.1", 0), backlog=64) as other:
            for _ in range((high - low) // 2):  # connect() takes every second port as long as there is one
                with socket.create_connection(other.getsockname()):
                    pass
                other.accept()[0].close()
        self.ok("reconnect")

    def test_observed_is_the_same_every_time(self):
        for case in ("close-unread", "reset-errno", "oob", "stream", "half-close-client", "slow-reader"):
            first, second = (self.ok(case, *OPTIONS.get(case, []))["observed"] for _ in range(2))
            self.assertEqual(first, second)

    def test_both_directions_and_seeds(self):
        for direction, sent, received in (("up", 3_000_017, 0), ("down", 0, 3_000_017), ("both", 3_000_017, 3_000_017)):
            for seed in ("1", "4711"):
                observed = self.ok("stream", "--bytes", "3000017", "--direction", direction, "--seed", seed,
                                   "--max-message", "1000")["observed"]
                self.assertEqual((observed["client.sent"], observed["client.received"]), (sent, received))

    def test_slow_reader_stops_the_sender(self):
        result = self.ok("slow-reader", "--sleep-ms", "500", "--at-most", "pushed_bytes=50000000")
        self.assertGreater(result["timing"]["pushed_bytes"], 10_000)
        self.wrong("at most 10", "slow-reader", "--sleep-ms", "500", "--at-most", "pushed_bytes=10")

    def test_identity_by_several_processes(self):
        result = self.ok("identity", "--count", "2000", "--processes", "3", "--rounds", "7")
        self.assertEqual(result["timing"]["client.processes"], 3)
        self.assertEqual(result["observed"]["server.verified"], 14000)

    def test_identity_from_given_ports(self):
        self.ok("identity", "--count", "300", "--bind", "127.0.0.1", "--bind-port", "21000")


class Expectations(WithServer):
    def test_difference_by_name(self):
        self.ok("waitall")
        self.wrong("reader.recv: expected 1000, observed 3000", "waitall", "--expect", "reader.recv=1000")
        self.wrong("does not observe", "waitall", "--expect", "reader.no-such=1")

    def test_bad_usage(self):
        for args, needle in (
            (["no-such-case"], "no-such-case"), ([], "case"), (["waitall", "peek"], "peek"),
            (["waitall", "--frob", "1"], "--frob"), (["waitall", "--expect", "x"], "KEY=VALUE"),
            (["waitall", "--sockets", "nonblocking"], "blocking"), (["stream", "--bytes", "x"], "--bytes"),
            (["stream", "--size", "0"], "--size"), (["stream", "--mode", "x"], "--mode"),
            (["peek", "--timeout-s", "0"], "--timeout-s"), (["peek", "--bind", "::1"], "--bind"),
        ):
            with self.subTest(args=args):
                done, _ = self.server.client(*args)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertEqual(done.stderr.count("\n"), 1)
                self.assertIn(needle, done.stderr)

    def test_no_server(self):
        with tempfile.TemporaryDirectory() as directory:
            done, _ = run_gate("client", "--connect", "127.0.0.1:1", "--control", f"unix:{directory}/none", "peek")
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        self.assertEqual(done.stderr.count("\n"), 1)

    def test_nobody_listens(self):
        with socket.socket() as bound:
            bound.bind(("127.0.0.1", 0))
            self.wrong("ECONNREFUSED", "peek", connect="127.0.0.1:%d" % bound.getsockname()[1])

    def test_timeout_names_the_step(self):
        with socket.create_server(("127.0.0.1", 0)) as black_hole:
            address = "127.0.0.1:%d" % black_hole.getsockname()[1]
            start = time.monotonic()
            result = self.wrong("timed out after 1 s: prelude", "peek", connect=address, timeout_s=1)
            self.assertLess(time.monotonic() - start, 3)
            self.assertIn("waiting for a connection", result["why"], "and what the server waited for")

    def test_killed_client_leaves_a_server_that_works(self):
        client = subprocess.Popen([GATE, "client", "--connect", self.server.ipv4, "--control", self.server.control,
                                   "identity", "--count", "1000", "--rounds", "1000000"], stdout=subprocess.DEVNULL)
        time.sleep(0.5)
        children = f"/proc/{client.pid}/task/{client.pid}/children"
        with open(children, encoding="ascii") as file:
            workers = file.read().split()
        self.assertGreater(len(workers), 0)
        client.send_signal(signal.SIGKILL)
        client.wait(timeout=5)
        self.ok("peek")
        self.ok("identity", "--count", "100")
        for worker in workers:
            self.assertIn(state_of(worker), ("gone", "Z"), "workers die with their client")

    def test_several_clients_take_turns(self):
        clients = [subprocess.Popen([GATE, "client", "--connect", self.server.ipv4, "--control", self.server.control,
                                     "stream", "--bytes", "10000000"], stdout=subprocess.PIPE, text=True)
                   for _ in range(5)]
        for client in clients:
            out, _ = client.communicate(timeout=30)
            self.assertTrue(json.loads(out)["ok"], out)


class Relay:
    """A TCP relay that does something to the bytes: `change(connection, towards_server, position, data)`."""

    def __init__(self, target, change):
        host, port = target.split(":")
        self.target, self.change = (host, int(port)), change
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=2000)
        self.listener.setblocking(False)
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        self.wake, self.woken = os.pipe()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        poll = select.epoll()
        poll.register(self.listener, select.EPOLLIN)
        poll.register(self.wake, select.EPOLLIN)
        ends = {}  # descriptor -> [socket, other socket, number, towards server, position]
        number = 0
        while True:
            for fd, _ in poll.poll():
                if fd == self.wake:
                    for end in ends.values():
                        end[0].close()
                    poll.close()
                    return
                if fd == self.listener.fileno():
                    client, _ = self.listener.accept()
                    server = socket.create_connection(self.target)
                    for one in (client, server):
                        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    ends[client.fileno()] = [client, server, number, True, 0]
                    ends[server.fileno()] = [server, client, number, False, 0]
                    poll.register(client, select.EPOLLIN)
                    poll.register(server, select.EPOLLIN)
                    number += 1
                    continue
                end = ends[fd]
                data = b""
                with contextlib.suppress(OSError):
                    data = end[0].recv(65536)
                if not data:
                    poll.unregister(fd)
                    with contextlib.suppress(OSError):
                        end[1].shutdown(socket.SHUT_WR)
                    continue
                changed = self.change(end[2], end[3], end[4], data)
                end[4] += len(data)
                with contextlib.suppress(OSError):
                    end[1].settimeout(2)
                    end[1].sendall(changed)

    def close(self):
        os.write(self.woken, b"x")
        self.thread.join(timeout=10)
        assert not self.thread.is_alive()
        self.listener.close()
        os.close(self.wake)
        os.close(self.woken)


class Faults(WithServer):
    @contextlib.contextmanager
    def relay(self, change):
        relay = Relay(self.server.ipv4, change)
        try:
            yield relay.address
        finally:
            relay.close()

    @staticmethod
    def honest(_connection, _up, _position, data):
        return data

    @staticmethod
    def flip_at(up_only, where):
        def change(_connection, up, position, data):
            if up == up_only and position <= where < position + len(data):
                data = bytearray(data)
                data[where - position] ^= 0x10
            return data
        return change

    def test_honest_relay_is_fine(self):
        with self.relay(self.honest) as address:
            self.ok("stream", "--bytes", "5000000", connect=address)
            self.ok("identity", "--count", "100", connect=address)
            self.ok("short-connections", "--count", "100", connect=address)

    def test_flipped_bit_in_a_stream(self):
        prelude = 3 * 24
        with self.relay(self.flip_at(True, prelude + 1_234_567)) as address:
            self.wrong("server.mismatch: expected none, observed at 1234567", "stream", "--bytes", "5000000",
                       connect=address)
        with self.relay(self.flip_at(False, prelude + 7)) as address:
            self.wrong("client.mismatch: expected none, observed at 7", "stream", "--bytes", "5000000",
                       connect=address)

    def test_two_pieces_exchanged(self):
        """The order of bytes: two neighbouring pieces change places."""
        def change(_connection, up, position, data):
            if up and position > 100_000 and len(data) >= 3000:
                data = data[1000:2000] + data[:1000] + data[2000:]
            return data

        with self.relay(change) as address:
            self.wrong("server.mismatch", "stream", "--bytes", "3000000", "--direction", "up", connect=address)

    def test_lost_and_doubled_bytes(self):
        for change in (lambda c, up, at, data: data[:-1] if up and at <= 500_000 < at + len(data) else data,
                       lambda c, up, at, data: data + data[-1:] if up and at <= 500_000 < at + len(data) else data):
            with self.relay(change) as address:
                result = self.wrong("server.mismatch", "stream", "--bytes", "3000000", "--direction", "up",
                                    connect=address)
                self.assertNotEqual(result["observed"]["server.received"], 3_000_000)

    def test_corruption_in_identity(self):
        with self.relay(self.flip_at(False, 48 * 2 + 20)) as address:
            result = self.wrong("client.crossed", "identity", "--count", "50", connect=address)
            self.assertIn("a stranger's message", result["observed"]["client.problem"])

    def test_crossed_connections_in_identity(self):
        """A message of the third round reaches the connection beside its own."""
        held = {}

        def change(connection, up, position, data):
            if up and position == 48 * 3 and connection in (4, 5) and len(data) == 48:
                held[connection] = data
                return held.get(9 - connection, held[connection])
            return data

        with self.relay(change) as address:
            self.wrong("crossed", "identity", "--count", "50", connect=address)

    def test_other_faults_of_a_relay(self):
        """A relay that swallows the reset: the case that is about it says so."""
        with self.relay(self.honest) as address:
            self.wrong("ECONNRESET", "close-unread", connect=address)
            self.wrong("reader.end", "linger-reset", connect=address)
            # And a caller who knows of a difference can name it.
            self.ok("linger-reset", "--expect", "reader.end=EOF", connect=address)


@unittest.skipUnless(ROOT, "needs root: makes network namespaces and raw sockets")
class Forge(unittest.TestCase):
    """On plain TCP: the forging tools do what they say, so that a test of the shortcut means something."""

    @classmethod
    def setUpClass(cls):
        cls.ends = [TAG + "a", TAG + "b"]
        for name in cls.ends:
            subprocess.run(["ip", "netns", "add", name], check=True)
        a, b = cls.ends
        def ip(namespace, *args):
            subprocess.run(["ip", "-n", namespace, *args], check=True)
        ip(a, "link", "add", "v0", "type", "veth", "peer", "v0", "netns", b)
        for namespace, host in ((a, "1"), (b, "2")):
            ip(namespace, "addr", "add", f"10.88.0.{host}/24", "dev", "v0")
            ip(namespace, "addr", "add", f"fd88::{host}/64", "dev", "v0", "nodad")
            ip(namespace, "link", "set", "v0", "up")
            ip(namespace, "link", "set", "lo", "up")
        # An address that is nobody's own and that the server finds behind the attacker.
        ip(b, "route", "add", "10.88.7.7/32", "via", "10.88.0.1")

    @classmethod
    def tearDownClass(cls):
        for name in cls.ends:
            subprocess.run(["ip", "netns", "del", name], check=True)
        left = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=True).stdout
        assert TAG not in left

    def start(self, namespace, *args):
        process = subprocess.Popen(["ip", "netns", "exec", namespace, *args], stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait, 10)
        self.addCleanup(process.terminate)
        return process

    def echo_server(self, address):
        code = ("import socket,sys,threading\n"
                "def serve(c):\n try:\n  d=c.recv(100)\n  c.sendall(d.upper());c.recv(1)\n except OSError: pass\n"
                "l=socket.create_server((sys.argv[1],7000),family=socket.AF_INET6 if ':' in sys.argv[1] else "
                "socket.AF_INET);print('up',flush=True)\n"
                "while 1: threading.Thread(target=serve,args=(l.accept()[0],),daemon=True).start()")
        server = self.start(self.ends[1], "python3", "-c", code, address)
        self.assertEqual(server.stdout.readline(), "up\n")

    def forge(self, namespace, *args):
        done = subprocess.run(["ip", "netns", "exec", namespace, GATE, "forge", *args], capture_output=True, text=True,
                              timeout=20)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout.splitlines()[-1])

    def test_handshake_with_an_own_sequence_number(self):
        self.echo_server("10.88.0.2")
        got = self.forge(self.ends[0], "handshake", "--local", "10.88.7.7:4444", "--remote", "10.88.0.2:7000", "--snd",
                         "1000000001", "--send", "hello", "--wait-ms", "500")
        self.assertTrue(got["answered"])
        self.assertEqual((got["client_next"], bytes.fromhex(got["data"])), (1000000001, b"HELLO"))

    def test_blind_handshake_draws_nothing(self):
        self.echo_server("10.88.0.2")
        got = self.forge(self.ends[0], "handshake", "--local", "10.88.7.7:4445", "--remote", "10.88.0.2:7000", "--rcv",
                         "12345", "--send", "hello", "--wait-ms", "500")
        self.assertEqual((got["received"], got["reset"]), (0, True))

    def sniffed(self, server):
        self.echo_server(server)
        sniff = self.start(self.ends[1], GATE, "forge", "sniff", "--port", "7000", "--wait-ms", "5000")
        self.assertIn("listening", sniff.stdout.readline())
        code = ("import socket,sys;c=socket.create_connection((sys.argv[1],7000));print(c.getsockname()[1],flush=True);"
                "sys.stdin.readline()")
        victim = subprocess.Popen(["ip", "netns", "exec", self.ends[0], "python3", "-c", code, server],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            port = int(victim.stdout.readline())
            seen = json.loads(sniff.stdout.readline())
            self.assertEqual(seen["client"].rsplit(":", 1)[1], str(port))
            return seen
        finally:
            victim.kill()
            victim.wait(timeout=5)
            victim.stdin.close()
            victim.stdout.close()

    def test_sniff(self):
        for server in ("10.88.0.2", "fd88::2"):
            with self.subTest(server=server):
                seen = self.sniffed(server)
                self.assertTrue(0 <= seen["client_next"] < 2**32)
                self.doCleanups()

    def test_repair_speaks_for_a_connection(self):
        """A client's end that is moved by TCP_REPAIR with the right numbers goes on; with wrong ones it does not."""
        self.echo_server("10.88.0.2")
        for port, right in ((4446, True), (4447, False)):
            # A real handshake, made by hand, whose numbers are thus known; nobody holds its client end.
            sniff = self.start(self.ends[1], GATE, "forge", "sniff", "--port", "7000", "--wait-ms", "5000")
            sniff.stdout.readline()
            local = f"10.88.7.7:{port}"
            ghost = self.start(self.ends[0], GATE, "forge", "handshake", "--local", local, "--remote",
                               "10.88.0.2:7000", "--snd", "77777", "--wait-ms", "4000")
            seen = json.loads(sniff.stdout.readline())
            self.assertEqual((seen["client"], seen["client_next"]), (local, 77777))
            time.sleep(0.2)
            ghost.kill()
            subprocess.run(["ip", "-n", self.ends[0], "addr", "add", "10.88.7.7/32", "dev", "lo"], check=True)
            try:
                number = seen["server_next"] + (0 if right else 2**31)
                got = self.forge(self.ends[0], "repair", "--local", local, "--remote", "10.88.0.2:7000", "--send",
                                 "moved", "--wait-ms", "500", "--snd", "77777", "--rcv", str(number % 2**32))
                self.assertEqual(bytes.fromhex(got["data"]), b"MOVED" if right else b"")
            finally:
                subprocess.run(["ip", "-n", self.ends[0], "addr", "del", "10.88.7.7/32", "dev", "lo"], check=True)

    def test_many_guesses(self):
        got = self.forge(self.ends[0], "repair", "--local", "10.88.0.1:20000", "--remote", "10.88.0.2:7000",
                         "--guesses", "500", "--wait-ms", "200")
        self.assertEqual((got["opened"], got["received"]), (500, 0))
        got = self.forge(self.ends[0], "repair", "--local", "[fd88::1]:20000", "--remote", "[fd88::2]:7000",
                         "--guesses", "5", "--wait-ms", "100")
        self.assertEqual((got["opened"], got["received"]), (5, 0))


if __name__ == "__main__":
    if ROOT and "GATE_OWN_NETNS" not in os.environ:
        # Ports of a namespace of its own: nobody else's connection is in the way.
        os.environ["GATE_OWN_NETNS"] = "1"
        os.execvp("unshare", ["unshare", "--net", sys.executable, *sys.argv])
    if "GATE_OWN_NETNS" in os.environ:
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    unittest.main(verbosity=2)
