#!/usr/bin/env python3
"""Figures of shortpath-lb on this machine, beside nftables and iptables: one JSON line each (root)."""
import json
import os
import statistics
import subprocess
import sys
import time

from lb_lib import Balancer, NODE, PODS, World, cluster_ip, endpoint, service

HERE = os.path.dirname(os.path.abspath(__file__))
LOAD = os.path.join(HERE, "..", "build", "tests", "lb_load")
NODE_PORTS = 2767
ROUNDS = 5


def say(figure, value, unit, **more):
    print(json.dumps({"figure": figure, "value": round(value, 4), "unit": unit, **more}), flush=True)


def many(count, protocol):
    """The last NodePort goes to pod a, port 8080, as does all else."""
    return [service(f"ns/svc-{i:05}:data", protocol, 80, 30000 + i if i < NODE_PORTS else 0, "local", 0,
                    [endpoint("a", 8080)], i + 1) for i in range(count)]


def nftables(count, protocol):
    """The least that nftables can do for these Services: two verdict maps and a DNAT (kube-proxy's has more rules)."""
    chains, ips, ports = [], [], []
    for i in range(count):
        chains.append(f"chain s{i} {{ meta l4proto {protocol} dnat to {PODS['a'][4]}:8080; }}")
        ips.append(f"{cluster_ip(4, i + 1)} . {protocol} . 80 : goto s{i}")
        if i < NODE_PORTS:
            ports.append(f"{protocol} . {30000 + i} : goto s{i}")
    return ("table ip t {\n" + "\n".join(chains) + "\n"
            "map ips { type ipv4_addr . inet_proto . inet_service : verdict; elements = { " + ", ".join(ips) + " } }\n"
            "map ports { type inet_proto . inet_service : verdict; elements = { " + ", ".join(ports) + " } }\n"
            "chain pre { type nat hook prerouting priority dstnat; ip daddr . meta l4proto . th dport vmap @ips;\n"
            f"ip daddr {NODE[4]} meta l4proto . th dport vmap @ports; }}\n"
            "chain post { type nat hook postrouting priority srcnat; }\n}\n")


def iptables(count):
    lines = ["*nat", ":KUBE-SERVICES - [0:0]", ":KUBE-MARK-MASQ - [0:0]", ":KUBE-NODEPORTS - [0:0]"]
    rules = ["-A PREROUTING -j KUBE-SERVICES", "-A KUBE-MARK-MASQ -j MARK --or-mark 0x4000"]
    for i in range(count):
        svc, sep = f"KUBE-SVC-{i:016}", f"KUBE-SEP-{i:016}"
        lines += [f":{svc} - [0:0]", f":{sep} - [0:0]"]
        rules += [f"-A KUBE-SERVICES -d {cluster_ip(4, i + 1)}/32 -p tcp -m tcp --dport 80 -j {svc}", f"-A {svc} -j {sep}",
                  f"-A {sep} -s {PODS['a'][4]}/32 -j KUBE-MARK-MASQ",
                  f"-A {sep} -p tcp -m tcp -j DNAT --to-destination {PODS['a'][4]}:8080"]
        if i < NODE_PORTS:
            rules.append(f"-A KUBE-NODEPORTS -p tcp -m tcp --dport {30000 + i} -j {svc}")
    rules.append("-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS")
    return "\n".join(lines + rules + ["COMMIT", ""])


class Bench:
    def __init__(self, world):
        self.world = world

    def command(self, what, *arguments):
        return ["ip", "netns", "exec", self.world.name(what), LOAD, *map(str, arguments)]

    def server(self, mode):
        process = subprocess.Popen(self.command("a", mode, "0.0.0.0", 8080), stdout=subprocess.PIPE, text=True)
        assert process.stdout.readline() == "ready\n"
        return process

    def client(self, *arguments):
        return float(subprocess.run(self.command("client", *arguments), stdout=subprocess.PIPE, check=True, text=True).stdout)

    def connect(self, target):
        server = self.server("accept")
        try:
            return self.client("connect", *target, 3000)
        finally:
            server.kill()
            server.wait()
            server.stdout.close()

    def rate(self, target):
        server = self.server("count")
        self.client("send", *target, 2)
        out, _ = server.communicate(timeout=10)
        return float(out)

    def nft(self, text):
        subprocess.run(["ip", "netns", "exec", self.world.name("node"), "nft", "-f", "-"], input=text, text=True, check=True)


def under(bench, plane, count, protocol, measure):
    """The figure with that data plane in force."""
    target = (NODE[4], 30000 + min(count, NODE_PORTS) - 1)
    if plane == "none":
        return measure((PODS["a"][4], 8080))
    if plane == "nftables":
        bench.nft(nftables(count, protocol))
        try:
            return measure(target)
        finally:
            bench.nft("delete table ip t\n")
    with Balancer(bench.world) as balancer:
        balancer.load(*many(count, protocol))
        return measure(target)


def loading(bench):
    text = many(10000, "tcp")
    request = f"load {len(text)}\n" + "".join(f"+ {one}\n" for one in text)
    times, inner = [], []
    for _ in range(ROUNDS):
        with Balancer(bench.world) as balancer:
            start = time.monotonic()
            inner.append(balancer.must(request)["ns"] / 1e6)
            times.append((time.monotonic() - start) * 1e3)
            start = time.monotonic()
            balancer.update("+ " + service("one", index=20000, node_port=0, endpoints=[endpoint("b", 80)]))
            one = (time.monotonic() - start) * 1e3
    ours = statistics.median(times)
    say("load 10000 Services, both families", ours, "ms", in_program=round(statistics.median(inner), 2))
    say("add one of 10001", one, "ms")
    rules, restore = iptables(10000), []
    for _ in range(3):
        start = time.monotonic()
        subprocess.run(["ip", "netns", "exec", bench.world.name("remote"), "iptables-legacy-restore"], input=rules, text=True,
                       check=True)
        restore.append((time.monotonic() - start) * 1e3)
    say("iptables-legacy-restore of 10000, IPv4 alone", statistics.median(restore), "ms")
    say("load: ours / iptables-legacy-restore", ours / statistics.median(restore), "ratio")


def main():
    with World() as world:
        bench = Bench(world)
        loading(bench)
        treatments = [("none", 1), ("ebpf", 1), ("ebpf", 10000), ("nftables", 1), ("nftables", 10000)]
        found = {}
        for _ in range(ROUNDS):
            for plane, count in treatments:
                found.setdefault((plane, count), []).append(under(bench, plane, count, "tcp", bench.connect))
        p50 = {key: statistics.median(values) for key, values in found.items()}
        for (plane, count), value in p50.items():
            say("connect p50", value / 1e3, "us", plane=plane, services=count)
        say("connect: ebpf at 10000 / at 1", p50["ebpf", 10000] / p50["ebpf", 1], "ratio")
        say("connect at 10000: ebpf / nftables", p50["ebpf", 10000] / p50["nftables", 10000], "ratio")
        rates = {}
        for _ in range(3):
            for plane, count in (("none", 1), ("ebpf", 10000), ("nftables", 10000)):
                rates.setdefault(plane, []).append(under(bench, plane, count, "udp", bench.rate))
        rates = {plane: statistics.median(values) for plane, values in rates.items()}
        for plane, value in rates.items():
            say("UDP datagrams received", value, "1/s", plane=plane)
        say("UDP rate: ebpf / nftables", rates["ebpf"] / rates["nftables"], "ratio")


if __name__ == "__main__":
    sys.exit(main())
