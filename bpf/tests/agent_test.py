#!/usr/bin/env python3
"""Tests of shortpath-agent against real sockets (root; cgroup2; makes a cgroup and namespaces of its own)."""
import contextlib
import ctypes
import hashlib
import json
import os
import random
import select
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
import unittest

import agent_scenarios
from agent_lib import AGENT, Agent, Namespaces, Sandbox, cgroup2_root

LIBC = ctypes.CDLL(None, use_errno=True)


class In:
    """Sockets made inside this block belong to the namespace."""

    def __init__(self, namespace):
        self.namespace = namespace

    def __enter__(self):
        self.home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        there = os.open("/run/netns/" + self.namespace.name, os.O_RDONLY)
        assert LIBC.setns(there, 0) == 0
        os.close(there)

    def __exit__(self, *_):
        assert LIBC.setns(self.home, 0) == 0
        os.close(self.home)


def nat(namespace, output_rule, postrouting_rule="counter"):
    namespace.run("nft", "-f", "-", text=True, input=f"""
table ip t {{
    chain out {{
        type nat hook output priority -100
        {output_rule}
    }}
    chain post {{
        type nat hook postrouting priority 100
        {postrouting_rule}
    }}
}}
""")


def listen(address="127.0.0.1", port=0):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    listener.listen(128)
    return listener


def connect(target, blocking=False):
    client = socket.socket(socket.AF_INET6 if ":" in target[0] else socket.AF_INET)
    client.setblocking(blocking)
    client.connect_ex(target[:2])
    select.select([], [client], [], 3)
    return client


def pair(listener=None, client_blocking=False, server_blocking=False):
    """Both ends of a new connection."""
    own = listener is None
    listener = listener or listen()
    client = connect(listener.getsockname(), client_blocking)
    server, _ = listener.accept()
    server.setblocking(server_blocking)
    if own:
        listener.close()
    return client, server


def receive(sock, size):
    got = bytearray()
    while len(got) < size:
        if not select.select([sock], [], [], 3)[0]:
            raise AssertionError(f"only {len(got)} of {size} bytes came")
        data = sock.recv(size - len(got))
        if not data:
            break
        got += data
    return bytes(got)


def exchange(client, server, rounds):
    for i in range(rounds):
        for source, target, tag in ((client, server, b">"), (server, client, b"<")):
            text = tag + b"%023d" % i
            source.send(text)
            if receive(target, len(text)) != text:
                raise AssertionError("wrong bytes")


def close_all(*sockets):
    for sock in sockets:
        sock.close()


def wait_until(condition, seconds=3):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


class AgentTest(unittest.TestCase):
    def setUp(self):
        self.box = Sandbox("test")
        self.box.__enter__()
        self.addCleanup(self.box.__exit__)
        self.box.enter()

    def gone(self, agent):
        """No record and no filed socket is left."""
        def empty():
            connections = agent.status()["connections"]
            return connections["records"] == 0 and connections["sockets"] == 0
        self.assertTrue(wait_until(empty), agent.status()["connections"])


class Pairing(AgentTest):
    def check_redirected(self, agent, client, server, port):
        exchange(client, server, 50)
        status = agent.status()
        hops = {hop["port"]: hop for hop in status["hops"]}
        self.assertEqual([port], list(hops))
        self.assertEqual(1, hops[port]["pairs"])
        # Until a reader has sent two messages, it gets its own by the stack: the first two to the server (which
        # answers them), one to the client.
        self.assertEqual({"redirected": 48, "stack": 2, "redirected_bytes": 48 * 24, "stack_bytes": 2 * 24},
                         hops[port]["to_server"])
        self.assertEqual({"redirected": 49, "stack": 1, "redirected_bytes": 49 * 24, "stack_bytes": 24},
                         hops[port]["to_client"])
        self.assertEqual(97, status["messages"]["redirected"])
        self.assertEqual(3, status["messages"]["stack_by_reason"]["reader_silent"])
        self.assertEqual(3, status["messages"]["stack"])
        self.assertEqual(1, status["connections"]["open_pairs"])
        close_all(client, server)
        self.gone(agent)
        self.assertEqual(0, agent.status()["connections"]["open_pairs"])

    def test_loopback(self):
        for address in ("127.0.0.1", "::1"):
            with self.subTest(address), self.box.agent() as agent, listen(address) as listener:
                client, server = pair(listener)
                self.check_redirected(agent, client, server, listener.getsockname()[1])

    def test_between_namespaces(self):
        with Namespaces("spt") as (left, right):
            for address in (right.address, right.address6):
                with self.subTest(address), self.box.agent() as agent:
                    with In(right):
                        listener = listen(address, 7000)
                    with In(left):
                        client = connect((address, 7000))
                    server, _ = listener.accept()
                    server.setblocking(False)
                    listener.close()
                    self.check_redirected(agent, client, server, 7000)

    def test_message_before_the_server_is_established_is_counted(self):
        """The end of the handshake is lost or late: the first message establishes the server."""
        with Namespaces("spt") as (left, right), self.box.agent() as agent:
            right.run("nft", "add table ip late; add chain ip late in { type filter hook input priority 0; }; "
                      "add rule ip late in tcp flags & (syn | psh | ack) == ack counter drop")
            with In(right):
                listener = listen(right.address, 7000)
            with In(left):
                client = connect((right.address, 7000))
            client.send(b"early" * 5)
            server, _ = listener.accept()
            server.setblocking(False)
            self.assertEqual(b"early" * 5, receive(server, 25))
            self.assertNotIn("packets 0", right.run("nft", "list", "table", "ip", "late", text=True,
                                                    stdout=subprocess.PIPE).stdout, "it was late")
            right.run("nft", "delete", "table", "ip", "late")
            exchange(client, server, 10)
            status = agent.status()
            self.assertEqual(1, status["messages"]["stack_by_reason"]["no_partner"])
            to_server = status["hops"][0]["to_server"]
            self.assertEqual(11, to_server["redirected"] + to_server["stack"])
            self.assertEqual(25 + 240, to_server["redirected_bytes"] + to_server["stack_bytes"])
            close_all(client, server, listener)
            self.gone(agent)

    def test_redirect(self):
        with Namespaces("spt") as (left, right), self.box.agent() as agent:
            nat(left, f"ip daddr {right.address} tcp dport 80 redirect to :15001")
            with In(left):
                listener = listen("0.0.0.0", 15001)
                client = connect((right.address, 80))
            server, _ = listener.accept()
            server.setblocking(False)
            listener.close()
            self.check_redirected(agent, client, server, 15001)

    def test_dnat_with_snat_to_another_port(self):
        with Namespaces("spt") as (left, right), self.box.agent() as agent:
            nat(left, f"ip daddr 10.99.0.1 tcp dport 80 dnat to {right.address}:8080",
                f"tcp dport 8080 snat to {left.address}:41000-41009")
            left.run("ip", "route", "add", "10.99.0.1", "via", right.address)
            with In(right):
                listener = listen(right.address, 8080)
            with In(left):
                client = connect(("10.99.0.1", 80))
            server, peer = listener.accept()
            self.assertIn(peer[1], range(41000, 41010))
            server.setblocking(False)
            listener.close()
            self.check_redirected(agent, client, server, 8080)

    def test_servers_from_before_the_attach(self):
        listener = listen()
        with self.box.agent() as agent:
            client, server = pair(listener)
            self.check_redirected(agent, client, server, listener.getsockname()[1])
        listener.close()

    def test_client_that_writes_at_once_stays_paired(self):
        with self.box.agent() as agent, listen() as listener:
            for _ in range(200):
                client = connect(listener.getsockname())
                client.send(b"at once")
                server, _ = listener.accept()
                server.setblocking(False)
                self.assertEqual(b"at once", receive(server, 7))
                exchange(client, server, 3)
                close_all(client, server)
            status = agent.status()
            self.assertEqual(200, status["connections"]["paired"])
            self.assertEqual(0, status["connections"]["unpaired_active"])
            self.assertEqual(0, status["connections"]["handed_back"])
            # A message at once and three exchanges: three messages to the server by the stack, none to the client.
            self.assertEqual(200 * (7 - 3), status["messages"]["redirected"])

    def test_server_that_speaks_first(self):
        with self.box.agent() as agent:
            client, server = pair()
            server.send(b"220 hello")
            self.assertEqual(b"220 hello", receive(client, 9))
            exchange(client, server, 10)
            self.assertEqual(21 - 3, agent.status()["messages"]["redirected"])
            close_all(client, server)


class Choosing(AgentTest):
    def redirected_with(self, *options, port):
        with self.box.agent(*options) as agent, listen(port=port) as listener:
            client, server = pair(listener)
            exchange(client, server, 5)
            status = agent.status()
            close_all(client, server)
            self.gone(agent)
            return status["messages"]["redirected"], status["connections"]["refused_port"]

    def test_ports(self):
        self.assertEqual((7, 0), self.redirected_with("--ports", "7000-7010", port=7005))
        self.assertEqual((0, 1), self.redirected_with("--ports", "7000-7010", port=7011))
        self.assertEqual((0, 1), self.redirected_with("--exclude", "22,7011", port=7011))
        self.assertEqual((7, 0), self.redirected_with("--exclude", "22,7011", port=7012))

    def test_port_as_the_client_sees_it(self):
        with Namespaces("spt") as (left, _right), self.box.agent("--ports", "80") as agent:
            nat(left, "tcp dport 80 redirect to :15001")
            with In(left):
                listener = listen("0.0.0.0", 15001)
                client = connect((left.address, 80))
            server, _ = listener.accept()
            server.setblocking(False)
            exchange(client, server, 5)
            self.assertEqual(7, agent.status()["messages"]["redirected"])
            close_all(client, server, listener)

    def test_another_cgroup_is_a_stranger(self):
        self.box.leave()
        listener = listen()
        self.box.enter()
        with self.box.agent() as agent:
            client, server = pair(listener)
            exchange(client, server, 3)
            self.gone(agent)  # while the connection lives: it is plain TCP again
            connections = agent.status()["connections"]
            self.assertEqual(1, connections["unpaired_active"])
            exchange(client, server, 3)
            self.assertEqual(1, agent.status()["messages"]["stack"])
            close_all(client, server, listener)

    def test_a_nodes_pods_are_found_by_one_of_them(self):
        uid = "0a1b2c3d-0000-4000-8000-%012x" % os.getpid()
        for layout in (("kubepods", "besteffort", "pod" + uid, "c"),
                       ("kubelet.slice", "kubelet-kubepods.slice", "kubelet-kubepods-pod%s.slice" % uid.replace("-", "_"))):
            with self.subTest(layout), contextlib.ExitStack() as stack:
                paths = [os.path.join(self.box.path, *layout[:i + 1]) for i in range(len(layout))]
                for path in paths:
                    os.mkdir(path)
                    stack.callback(os.rmdir, path)
                stack.callback(self.box.enter)
                mount = cgroup2_root()
                hierarchies = os.path.dirname(mount) if mount.endswith("/unified") else mount
                with Agent(self.box.name, [hierarchies], ["--pod", uid]) as agent:
                    listener = listen()  # beside the pods
                    with open(os.path.join(paths[-1], "cgroup.procs"), "w") as procs:
                        procs.write("0")
                    for own, redirected in ((listener, 0), (listen(), 7)):
                        client, server = pair(own)
                        exchange(client, server, 5)
                        self.assertEqual(redirected, agent.status()["messages"]["redirected"])
                        close_all(client, server, own)
                stranger = subprocess.run([AGENT, "attach", "--cgroup", hierarchies, "--pod", uid[::-1]],
                                          stderr=subprocess.PIPE, text=True, timeout=30)
                self.assertEqual(2, stranger.returncode)
                self.assertIn("no directory kubepods", stranger.stderr)

    def test_two_instances_never_pair_across(self):
        with Sandbox("other") as other, self.box.agent() as mine, other.agent() as theirs:
            other.enter()
            listener = listen()
            self.box.enter()
            client, server = pair(listener)
            exchange(client, server, 5)
            for agent in (mine, theirs):
                self.assertEqual(0, agent.status()["messages"]["redirected"])
                self.gone(agent)
            close_all(client, server, listener)

    def test_map_full(self):
        with self.box.agent("--max-connections", "2") as agent, listen() as listener:
            pairs = [pair(listener) for _ in range(5)]
            for client, server in pairs:
                exchange(client, server, 5)
            connections = agent.status()["connections"]
            self.assertEqual(2, connections["paired"])
            self.assertEqual(3, connections["failed_full"])
            for client, server in pairs:
                close_all(client, server)
            self.gone(agent)
            client, server = pair(listener)
            exchange(client, server, 5)
            self.assertEqual(3, agent.status()["connections"]["paired"])
            close_all(client, server)

    def test_forged_sequence_numbers_are_refused(self):
        with self.box.agent() as agent:
            forged = socket.socket()
            forged.setblocking(False)
            forged.setsockopt(socket.IPPROTO_TCP, 19, 1)  # TCP_REPAIR
            for queue in (1, 2):
                forged.setsockopt(socket.IPPROTO_TCP, 20, queue)
                forged.setsockopt(socket.IPPROTO_TCP, 21, struct.pack("I", 123456))
            forged.bind(("127.0.0.1", 0))
            forged.connect(("127.0.0.1", 9))
            connections = agent.status()["connections"]
            self.assertEqual(1, connections["refused_repair"])
            self.assertEqual(0, connections["records"])
            forged.close()


class BlockingSockets(AgentTest):
    def test_blocking_client_is_not_filed(self):
        with self.box.agent() as agent:
            client, server = pair(client_blocking=True)
            exchange(client, server, 5)
            connections = agent.status()["connections"]
            self.assertEqual(1, connections["refused_blocking"])
            self.assertEqual(0, connections["records"] + connections["sockets"])
            close_all(client, server)

    def test_blocking_server_goes_back_to_plain_tcp(self):
        with self.box.agent() as agent:
            client, server = pair(server_blocking=True)
            exchange(client, server, 5)
            self.gone(agent)
            status = agent.status()
            self.assertEqual(2, status["connections"]["handed_back"])
            self.assertEqual(0, status["messages"]["redirected"])
            threading.Timer(0.2, lambda: [(client.send(b"x" * 1000), time.sleep(0.05)) for _ in range(3)]).start()
            self.assertEqual(3000, len(server.recv(3000, socket.MSG_WAITALL)))
            close_all(client, server)

    def test_socket_made_blocking_after_redirection(self):
        with self.box.agent() as agent:
            client, server = pair()
            exchange(client, server, 20)
            self.assertGreater(agent.status()["messages"]["redirected"], 30)
            server.setblocking(True)
            exchange(client, server, 20)
            self.gone(agent)
            close_all(client, server)

    def test_full_duplex_with_blocking_threads(self):
        size = 60 << 20
        with self.box.agent():
            client, server = pair(server_blocking=True)
            blob = os.urandom(1 << 20)
            results = {}

            def read_blocking():
                total = 0
                while total < size:
                    total += len(server.recv(65536))
                results["read"] = total

            def write_blocking():
                for _ in range(size >> 20):
                    server.sendall(blob)
                results["written"] = size

            threads = [threading.Thread(target=read_blocking), threading.Thread(target=write_blocking)]
            for thread in threads:
                thread.start()
            sent = got = 0
            while sent < size or got < size:
                reads, writes, _ = select.select([client] if got < size else [], [client] if sent < size else [], [], 5)
                self.assertTrue(reads or writes)
                if reads:
                    got += len(client.recv(1 << 18))
                if writes:
                    sent += client.send(blob[:min(len(blob), size - sent)])
            for thread in threads:
                thread.join(10)
            self.assertEqual({"read": size, "written": size}, results)
            close_all(client, server)


class Stream:
    """One direction: random pieces out, hashes on both sides."""

    def __init__(self, source, target, generator):
        self.source, self.target, self.random = source, target, generator
        self.sent = self.got = 0
        self.out, self.back = hashlib.blake2b(), hashlib.blake2b()
        self.pending = b""
        self.noise = generator.randbytes(1 << 20)

    def write(self, largest):
        if not self.pending:
            size = int(largest ** self.random.random())
            start = self.random.randrange(len(self.noise) - size + 1)
            self.pending = self.noise[start:start + size]
        try:
            count = self.source.send(self.pending)
        except BlockingIOError:
            return False
        self.out.update(self.pending[:count])
        self.sent += count
        self.pending = self.pending[count:]
        return True

    def read(self, size=1 << 18):
        try:
            data = self.target.recv(size)
        except BlockingIOError:
            return False
        self.back.update(data)
        self.got += len(data)
        return bool(data)

    def drain(self):
        end = time.monotonic() + 5
        while self.got < self.sent and time.monotonic() < end:
            if not self.read():
                select.select([self.target], [], [], 0.1)

    def intact(self):
        return self.got == self.sent and self.out.digest() == self.back.digest()


class Order(AgentTest):
    def churn(self, client, server, total, pause=True, seed=7, largest=300_000):
        """Both directions at once; readers stop and go, so that both paths are taken in turn."""
        generator = random.Random(seed)
        streams = [Stream(client, server, generator), Stream(server, client, generator)]
        while sum(stream.sent for stream in streams) < total:
            stream = generator.choice(streams)
            for _ in range(generator.randrange(1, 12)):
                if not stream.write(largest):
                    break
            stream = generator.choice(streams)
            for _ in range(generator.randrange(0, 10)):
                if not pause and stream.sent - stream.got < 1 << 18:
                    break
                stream.read(generator.choice((100, 5000, 1 << 18)))
            if pause and generator.random() < 0.05:
                for stream in streams:
                    stream.drain()
        for stream in streams:
            stream.drain()
        return streams

    def test_switching_between_the_paths_keeps_the_order(self):
        for size in (2_000, 60_000, 300_000):
            with self.subTest(largest=size), self.box.agent() as agent:
                client, server = pair()
                streams = self.churn(client, server, 100 << 20, largest=size, seed=size)
                self.assertTrue(all(stream.intact() for stream in streams))
                messages = agent.status()["messages"]
                self.assertGreater(messages["redirected"], 100)
                self.assertGreater(messages["stack"], 5)
                self.assertEqual(0, messages["stack_by_reason"]["lookup_failed"])
                close_all(client, server)
                self.gone(agent)

    def test_handing_back_a_long_stream_keeps_the_order(self):
        for seed in range(8):
            with self.subTest(seed=seed), self.box.agent() as agent:
                client, server = pair()
                exchange(client, server, 10)
                streams = self.churn(client, server, 60 << 20, pause=False, seed=seed)
                self.assertTrue(all(stream.intact() for stream in streams))
                exchange(client, server, 50)
                status = agent.status()
                self.assertEqual(1, status["connections"]["bulk"])
                self.assertEqual(2, status["connections"]["handed_back"], status["connections"])
                self.gone(agent)
                close_all(client, server)

    def test_agent_killed_in_mid_stream_and_started_again(self):
        agent = self.box.agent()
        client, server = pair()
        exchange(client, server, 10)
        killer = threading.Timer(0.3, agent.kill)
        killer.start()
        streams = self.churn(client, server, 80 << 20)
        killer.join()
        agent.process.stdout.close()
        self.assertTrue(all(stream.intact() for stream in streams))
        with self.box.agent() as agent:
            exchange(client, server, 50)  # still the first agent's maps and program
            self.assertEqual(0, agent.status()["connections"]["active"])
            later = pair()
            exchange(*later, 10)
            self.assertEqual(17, agent.status()["messages"]["redirected"])
            streams = self.churn(client, server, 20 << 20)
            self.assertTrue(all(stream.intact() for stream in streams))
            close_all(client, server, *later)

    def test_pairs_outlive_a_killed_agent(self):
        with Namespaces("spt") as (left, right):
            def packets():
                path = "/sys/class/net/veth/statistics/tx_packets"
                return int(left.run("cat", path, stdout=subprocess.PIPE, text=True).stdout)
            agent = self.box.agent()
            with In(right):
                listener = listen(right.address, 7000)
            with In(left):
                client = connect((right.address, 7000))
            server, _ = listener.accept()
            server.setblocking(False)
            exchange(client, server, 5)
            agent.kill()
            agent.process.stdout.close()
            before = packets()
            exchange(client, server, 500)
            self.assertLess(packets() - before, 50, "redirecting ended with the agent")
            close_all(client, server, listener)

    def test_detach_puts_everything_on_the_stack(self):
        agent = self.box.agent()
        client, server = pair()
        exchange(client, server, 10)
        client.send(b"queued when the agent left")
        final = agent.detach()
        agent.process.stdout.close()
        self.assertEqual("detached", final["event"])
        self.assertEqual(18, final["messages"]["redirected"])
        client.send(b", sent afterwards")
        self.assertEqual(b"queued when the agent left, sent afterwards", receive(server, 43))
        exchange(client, server, 10)
        close_all(client, server)


class Memory(AgentTest):
    def accepted(self, size):
        """Bytes that a sender gets rid of while its reader sleeps."""
        client, server = pair()
        exchange(client, server, 3)
        total, block = 0, b"x" * size
        quiet = time.monotonic() + 0.3
        while time.monotonic() < quiet and total < 200 << 20:
            try:
                total += client.send(block)
                quiet = time.monotonic() + 0.3
            except BlockingIOError:
                time.sleep(0.01)
        self.assertEqual(total, len(receive(server, total)))
        close_all(client, server)
        return total

    def test_sleeping_reader(self):
        for size in (1000, 16 << 10, 64 << 10, 1 << 20):
            with self.subTest(size=size):
                plain = self.accepted(size)
                with self.box.agent() as agent:
                    attached = self.accepted(size)
                    self.gone(agent)
                self.assertLess(attached, 2 * plain)

    def test_messages_of_one_byte(self):
        with self.box.agent("--unread-limit", "262144") as agent:
            client, server = pair()
            exchange(client, server, 3)
            before = agent.status()["messages"]
            for _ in range(2000):
                client.send(b"1")
            after = agent.status()["messages"]
            self.assertEqual(262144 // 1025, after["redirected"] - before["redirected"])
            self.assertEqual(2000, len(receive(server, 2000)))
            close_all(client, server)

    def test_messages_of_one_byte_to_a_reader_that_waits_for_edges(self):
        """More of them wait than the agent walks over to measure them."""
        with self.box.agent("--edge-limit", "4194304") as agent, select.epoll() as poller:
            client, server = pair()
            exchange(client, server, 3)
            poller.register(server, select.EPOLLIN | select.EPOLLET)
            before = agent.status()["messages"]
            for _ in range(8000):
                client.send(b"1")
            after = agent.status()["messages"]
            self.assertEqual(4194304 // 1025, after["redirected"] - before["redirected"])
            self.assertEqual(8000, len(receive(server, 8000)))
            close_all(client, server)

    def test_nothing_is_left_of_ten_thousand_connections(self):
        with self.box.agent() as agent, listen() as listener:
            for i in range(10_000):
                client, server = pair(listener)
                client.send(b"ping")
                self.assertEqual(b"ping", receive(server, 4))
                server.send(b"pong")
                self.assertEqual(b"pong", receive(client, 4))
                if i % 3 == 0:
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                close_all(*((client, server) if i % 2 else (server, client)))
            self.gone(agent)
            connections = agent.status()["connections"]
            self.assertEqual(10_000, connections["paired"])
            self.assertEqual(connections["records_created"], connections["records_deleted"])


class Transparency(AgentTest):
    def observe(self, scenario):
        client, server = pair()
        try:
            exchange(client, server, 3)
            return scenario(client, server)
        finally:
            close_all(client, server)

    def test_scenarios(self):
        plain = {name: self.observe(scenario) for name, scenario in agent_scenarios.SCENARIOS.items()}
        with self.box.agent() as agent:
            for name, scenario in agent_scenarios.SCENARIOS.items():
                with self.subTest(name):
                    seen = self.observe(scenario)
                    if name in agent_scenarios.KNOWN_DIFFERENCES:
                        self.assertNotEqual(plain[name], seen, "a known difference is gone: mend the list")
                    else:
                        self.assertEqual(plain[name], seen)
            self.gone(agent)

    def edge_poller(self, server):
        poller = select.epoll()
        poller.register(server, select.EPOLLIN | select.EPOLLET)
        self.addCleanup(poller.close)
        return poller

    def read_by_edges(self, poller, server, total, results, buffer=64 << 10):
        """As tokio, nginx and Netty do: a read shorter than the buffer means that nothing is left (epoll(7))."""
        got, digest = 0, hashlib.blake2b()
        while got < total:
            if not poller.poll(5):
                break
            while True:
                try:
                    data = server.recv(buffer)
                except BlockingIOError:
                    break
                digest.update(data)
                got += len(data)
                if len(data) < buffer:
                    break
        results.append((got, digest.digest()))

    def feed(self, poller, client, server, pieces):
        """Sends all pieces to a reader that waits for edges; returns what it had to get and what it got."""
        results, digest, total = [], hashlib.blake2b(), sum(map(len, pieces))
        reader = threading.Thread(target=self.read_by_edges, args=(poller, server, total, results))
        reader.start()
        for piece in pieces:
            digest.update(piece)
            view = memoryview(piece)
            while view:
                try:
                    view = view[client.send(view):]
                except BlockingIOError:
                    if not select.select([], [client], [], 5)[1]:
                        view = None
        reader.join()
        return (total, digest.digest()), results[0]

    def test_readers_that_wait_for_edges_never_hang(self):
        generator = random.Random(3)
        noise = generator.randbytes(1 << 20)
        with self.box.agent() as agent:
            client, server = pair()
            poller = self.edge_poller(server)
            exchange(client, server, 5)
            poller.poll(0)
            for i in range(300):  # heads and bodies
                sizes = [generator.randrange(1, 300), generator.choice((0, 1000, 70_000, 300_000, 1 << 20))]
                expected, got = self.feed(poller, client, server, [noise[:size] for size in sizes if size])
                self.assertEqual(expected, got, (i, sizes))
                server.send(b"done")
                receive(client, 4)
            self.assertGreater(agent.status()["messages"]["redirected"], 300)
            close_all(client, server)

    def test_long_streams_to_readers_that_wait_for_edges(self):
        noise = os.urandom(1 << 20)
        for size in (1000, 16_000, 60_000, 1 << 20):
            with self.subTest(size=size), self.box.agent() as agent:
                client, server = pair()
                poller = self.edge_poller(server)
                exchange(client, server, 5)
                poller.poll(0)
                expected, got = self.feed(poller, client, server, [noise[:size]] * ((60 << 20) // size))
                self.assertEqual(expected, got, agent.status()["messages"])
                close_all(client, server)

    def test_a_short_read_after_the_end_was_told_is_the_last(self):
        """As HAProxy reads: EPOLLRDHUP was told and a read ends short, so the stream is over."""
        buffer, piece = 64 << 10, os.urandom(700)
        for count in (10, 200, 300):  # from 150 on beyond --unread-limit
            with self.subTest(count=count), self.box.agent() as agent:
                client, server = pair()
                poller = select.epoll()
                self.addCleanup(poller.close)
                poller.register(server, select.EPOLLIN | select.EPOLLRDHUP)
                exchange(client, server, 5)
                for _ in range(count):
                    client.send(piece)
                client.shutdown(socket.SHUT_WR)
                time.sleep(0.1)
                got, ended = 0, False
                while not ended:
                    events = poller.poll(3)[0][1]
                    data = server.recv(buffer)
                    got += len(data)
                    ended = len(data) < buffer and bool(events & select.EPOLLRDHUP)
                self.assertEqual(count * len(piece), got, agent.status()["messages"])
                close_all(client, server)

    def test_a_reader_that_never_writes_may_splice(self):
        with self.box.agent():
            client, server = pair()
            reader, writer = os.pipe()
            for i in range(50):
                client.send(b"%08d" % i)
                select.select([server], [], [], 3)
                self.assertEqual(8, agent_scenarios.splice(server.fileno(), writer, 100))
                self.assertEqual(b"%08d" % i, os.read(reader, 100))
            os.close(reader)
            os.close(writer)
            close_all(client, server)

    def relay(self, front_listener, back_address, sniff, rounds):
        """One connection through a relay that moves bytes both ways by splice()."""
        front, _ = front_listener.accept()
        front.setblocking(False)
        back = connect(back_address)
        if sniff:  # reads the first message itself, as relays do that look for a server name
            back.send(receive(front, 8))
        reader, writer = os.pipe()
        for i in range(rounds):
            for source, target in ((front, back), (back, front)):
                if i == 0 and sniff and source is front:
                    continue
                if not select.select([source], [], [], 3)[0]:
                    return
                moved = agent_scenarios.splice(source.fileno(), writer, 100)
                agent_scenarios.splice(reader, target.fileno(), moved)
        close_all(front, back)
        os.close(reader)
        os.close(writer)

    def test_a_relay_that_splices_both_ways(self):
        for sniff in (False, True):
            with self.subTest(sniff=sniff), self.box.agent() as agent, listen() as front, listen() as behind:
                thread = threading.Thread(target=self.relay, args=(front, behind.getsockname(), sniff, 20))
                thread.start()
                client = connect(front.getsockname())
                client.send(b"%08d" % 0)
                server, _ = behind.accept()
                server.setblocking(False)
                for i in range(20):
                    if i:
                        client.send(b"%08d" % i)
                    self.assertEqual(b"%08d" % i, receive(server, 8))
                    server.send(b"%08d" % -i)
                    self.assertEqual(b"%08d" % -i, receive(client, 8))
                thread.join(5)
                self.assertGreater(agent.status()["messages"]["stack_by_reason"]["reader_splices"], 15)
                self.assertGreater(agent.status()["messages"]["redirected"], 15)  # to the ends that receive
                close_all(client, server)


class CommandLine(AgentTest):
    def fails(self, *arguments):
        result = subprocess.run([AGENT, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                timeout=30)
        self.assertEqual(2, result.returncode, result)
        self.assertEqual("", result.stdout if arguments != ("check",) else "")
        self.assertEqual(1, result.stderr.count("\n"), result.stderr)
        return result.stderr

    def test_bad_input(self):
        for arguments in ((), ("fly",), ("attach", "--ports", "80-"), ("attach", "--ports", "70000"),
                          ("attach", "--name", "Up"), ("attach", "--name", "a" * 41), ("attach", "--cgroup", "/proc"),
                          ("attach", "--cgroup", "/nowhere"), ("attach", "--max-connections", "0"),
                          ("attach", "--unread-limit", "-1"), ("attach", "--blocking-readers", "maybe"),
                          ("attach", "--name"), ("attach", "--pod", "../x"), ("attach", "x"), ("status", "--ports", "80"),
                          ("status", "--name", "nobody"), ("detach", "--name", "nobody")):
            with self.subTest(arguments):
                self.fails(*arguments)

    def test_name_is_taken(self):
        with self.box.agent() as agent:
            self.assertIn("running already", self.fails("attach", "--name", agent.name))

    def test_help_version_check(self):
        for argument in ("--help", "--version", "check"):
            result = subprocess.run([AGENT, argument], stdout=subprocess.PIPE, check=True, text=True)
            self.assertTrue(result.stdout)
        self.assertTrue(json.loads(result.stdout)["ready"])

    def test_check_loads_the_programs(self):
        """Too few files for all the maps: what stands for a kernel that has all it takes and refuses the programs."""
        result = subprocess.run(["prlimit", "--nofile=8", AGENT, "check"], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)
        self.assertEqual((2, 1), (result.returncode, result.stderr.count("\n")), result.stderr)
        self.assertIn("refused the BPF programs", result.stderr)
        self.assertFalse(json.loads(result.stdout)["ready"])

    def test_signals_end_it_with_final_counters(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            agent = self.box.agent()
            agent.process.send_signal(number)
            self.assertEqual("detached", json.loads(agent.process.stdout.readline())["event"])
            self.assertEqual(0, agent.process.wait(3))
            agent.process.stdout.close()

    def test_detach_waits_for_nobody_who_reads_the_final_document(self):
        agent = self.box.agent()
        with open(f"/proc/{agent.process.pid}/fd/1", "wb", buffering=0) as pipe:
            os.set_blocking(pipe.fileno(), False)
            while pipe.write(b"x" * 4096):
                pass
        start = time.monotonic()
        result = subprocess.run([AGENT, "detach", "--name", agent.name], stderr=subprocess.PIPE, text=True)
        self.assertEqual(0, result.returncode, result)
        self.assertIn("is detached; it ends when its standard output is read", result.stderr)
        self.assertLess(time.monotonic() - start, 8)
        final = agent.process.stdout.read().lstrip("x")
        self.assertEqual("detached", json.loads(final)["event"])
        self.assertEqual(0, agent.process.wait(3))
        agent.process.stdout.close()

    def test_others_than_root_are_not_answered(self):
        with self.box.agent() as agent, tempfile.TemporaryDirectory() as public:
            os.chmod(public, 0o755)  # the project may lie where only root may look
            agent_file = shutil.copy(AGENT, public)
            result = subprocess.run([agent_file, "status", "--name", agent.name], stdout=subprocess.PIPE,
                                    stderr=subprocess.PIPE, user=65534, text=True)
            self.assertEqual((2, ""), (result.returncode, result.stdout), result)
            agent.status()


class Leftovers(unittest.TestCase):
    def test_zz_nothing_is_left(self):
        def programs():
            out = subprocess.run(["bpftool", "-j", "prog", "show"], stdout=subprocess.PIPE, check=True).stdout
            return [program["name"] for program in json.loads(out)
                    if program.get("name", "").startswith(("sockets_by", "messages_by"))]
        before = programs()  # other instances on this machine are none of ours
        with Sandbox("left") as box:
            box.enter()
            agent = box.agent()
            client, server = pair()
            exchange(client, server, 5)
            agent.kill()
            agent.process.stdout.close()
            exchange(client, server, 5)
            close_all(client, server)
        self.assertTrue(wait_until(lambda: len(programs()) <= len(before), 10), programs())


if __name__ == "__main__":
    unittest.main()
