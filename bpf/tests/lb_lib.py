"""The world of the load balancer's tests: client - router - node - pods a, b, c, and a remote pod at the router."""
import ctypes
import json
import os
import socket
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
LB = os.path.join(HERE, "..", "build", "shortpath-lb")
LIBC = ctypes.CDLL(None, use_errno=True)

CLIENT = {4: "10.71.1.2", 6: "fd71:1::2"}
NODE = {4: "10.71.2.2", 6: "fd71:2::2"}
REMOTE = {4: "10.72.9.2", 6: "fd72:9::2"}
PODS = {name: {4: f"10.72.0.{i}", 6: f"fd72::{i}"} for i, name in enumerate("abc", 2)}


def ip(*arguments):
    subprocess.run(["ip", *map(str, arguments)], check=True)


class In:
    """Sockets made inside this block belong to the namespace."""

    def __init__(self, namespace):
        self.namespace = namespace

    def __enter__(self):
        self.home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        there = os.open("/run/netns/" + self.namespace, os.O_RDONLY)
        assert LIBC.setns(there, 0) == 0
        os.close(there)

    def __exit__(self, *_):
        assert LIBC.setns(self.home, 0) == 0
        os.close(self.home)


class World:
    """Namespaces and the links between them; all gone on exit."""

    def __init__(self):
        self.tag = f"lb{os.getpid()}"
        self.names = []

    def name(self, what):
        return f"{self.tag}-{what}"

    def __enter__(self):
        try:
            self.build()
        except BaseException:
            self.__exit__()
            raise
        return self

    def build(self):
        for what in ("client", "router", "node", "remote", *PODS):
            ip("netns", "add", self.name(what))
            self.names.append(self.name(what))
            ip("-n", self.name(what), "link", "set", "lo", "up")
        self.link("client", "router", "eth0", "client")
        self.link("node", "router", "uplink", "node")
        self.link("remote", "router", "eth0", "remote")
        for what, device, address in (
                ("client", "eth0", ("10.71.1.2/24", "fd71:1::2/64")), ("router", "client", ("10.71.1.1/24", "fd71:1::1/64")),
                ("node", "uplink", ("10.71.2.2/24", "fd71:2::2/64")), ("router", "node", ("10.71.2.1/24", "fd71:2::1/64")),
                ("remote", "eth0", ("10.72.9.2/24", "fd72:9::2/64")), ("router", "remote", ("10.72.9.1/24", "fd72:9::1/64"))):
            for one in address:
                self.address(what, device, one)
        for what in ("router", "node"):
            self.sysctl(what, "net.ipv4.ip_forward", 1)
            self.sysctl(what, "net.ipv6.conf.all.forwarding", 1)
        for what, gateway in (("client", ("10.71.1.1", "fd71:1::1")), ("remote", ("10.72.9.1", "fd72:9::1")),
                              ("node", ("10.71.2.1", "fd71:2::1"))):
            for one in gateway:
                ip("-n", self.name(what), "route", "add", "default", "via", one)
        for name, addresses in PODS.items():
            self.link("node", name, "p" + name, "eth0")
            self.address("node", "p" + name, "10.72.0.1/32")
            self.address("node", "p" + name, "fd72::1/128")
            self.address(name, "eth0", addresses[4] + "/32")
            self.address(name, "eth0", addresses[6] + "/128")
            ip("-n", self.name("node"), "route", "add", addresses[4], "dev", "p" + name)
            ip("-n", self.name("node"), "route", "add", addresses[6], "dev", "p" + name)
            for gateway in ("10.72.0.1", "fd72::1"):
                ip("-n", self.name(name), "route", "add", gateway, "dev", "eth0")
                ip("-n", self.name(name), "route", "add", "default", "via", gateway)
        # Services and pods as seen from outside
        for prefix, gateway in (("10.72.0.0/24", "10.71.2.2"), ("10.96.0.0/12", "10.71.2.2"), ("fd72::/64", "fd71:2::2"),
                                ("fd96::/64", "fd71:2::2")):
            ip("-n", self.name("router"), "route", "add", prefix, "via", gateway)

    def __exit__(self, *_):
        for name in self.names:
            subprocess.run(["ip", "netns", "del", name], check=False)

    def link(self, here, there, name, peer):
        ip("-n", self.name(here), "link", "add", name, "type", "veth", "peer", "name", peer, "netns", self.name(there))
        for what, device in ((here, name), (there, peer)):
            ip("-n", self.name(what), "link", "set", "dev", device, "up")

    def address(self, what, device, address):
        more = ["nodad"] if ":" in address else []
        ip("-n", self.name(what), "address", "add", address, "dev", device, *more)

    def sysctl(self, what, key, value):
        subprocess.run(["ip", "netns", "exec", self.name(what), "sysctl", "-qw", f"{key}={value}"], check=True)

    def inside(self, what):
        return In(self.name(what))

    def run(self, what, *command):
        return subprocess.run(["ip", "netns", "exec", self.name(what), *command], check=True, text=True, timeout=60,
                              stdout=subprocess.PIPE).stdout

    def socket(self, what, kind, family):
        with self.inside(what):
            made = socket.socket(socket.AF_INET6 if family == 6 else socket.AF_INET, kind)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == 6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.settimeout(3)
        return made


class Balancer:
    """shortpath-lb in the node's namespace."""

    def __init__(self, world, *options, pods="abc"):
        command = ["ip", "netns", "exec", world.name("node"), LB, "attach", "--uplink", "uplink", "--node4", NODE[4],
                   "--node6", NODE[6], "--pod-cidr4", "10.72.0.0/16", "--pod-cidr6", "fd72::/32"]
        for pod in pods:
            command += ["--pod", "p" + pod]
        self.process = subprocess.Popen(command + list(options), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"shortpath-lb did not attach: {self.process.stderr.read()}")
        self.attached = json.loads(line)

    def ask(self, text):
        self.process.stdin.write(text)
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def must(self, text):
        answer = self.ask(text)
        assert answer["ok"], answer
        return answer

    def load(self, *services):
        return self.must(f"load {len(services)}\n" + "".join(f"+ {service}\n" for service in services))

    def update(self, *lines):
        return self.must(f"update {len(lines)}\n" + "".join(line + "\n" for line in lines))

    def status(self):
        return self.must("status\n")

    def counters(self):
        return self.status()["counters"]

    def close(self):
        if self.process.poll() is None:
            self.must("quit\n")
            assert self.process.wait(5) == 0
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            stream.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.close()
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()


def endpoint(pod, port, local=True):
    address = PODS.get(pod, REMOTE)
    return f"{address[4]}/{address[6]}/{port}/{'l' if local else 'r'}"


def service(name="s1", protocol="tcp", port=80, node_port=30080, policy="local", affinity=0, endpoints=(), index=1):
    return (f"{name} {protocol} 10.96.{index >> 8}.{index & 255} fd96::{index:x} {port} {node_port} {policy} {affinity} "
            + (",".join(endpoints) or "-"))


def cluster_ip(family, index=1):
    return f"10.96.{index >> 8}.{index & 255}" if family == 4 else f"fd96::{index:x}"
