#!/usr/bin/env python3
"""Measures the agent's gain and its costs between two network namespaces: one JSON line per figure.

Plain and attached rounds alternate, so that a drift of the machine meets both alike.
usage: agent_bench.py [--rounds N] [--only SUBSTRING]    (root; needs harness/native/build/pingecho)
"""
import argparse
import json
import statistics
import subprocess

from agent_lib import BULK, PINGECHO, Namespaces, Sandbox


def ping(box, inside_server, server_ns, client_ns, address):
    server = box.spawn([PINGECHO, "server", "--listen", f"{address}:0", "--connections", "1"], server_ns,
                       inside_server, stdout=subprocess.PIPE)
    endpoint = server.stdout.readline().split()[1]
    out = box.run([PINGECHO, "client", "--connect", endpoint, "--count", "3000", "--warmup", "300",
                   "--interval-us", "200"], client_ns)
    server.wait(10)
    return statistics.median(int(line.split()[2]) for line in out.splitlines()
                             if line.strip() and line.split()[0].isdigit())


def bulk(box, mode, size, server_ns, client_ns, address, inside_server=True):
    server = box.spawn([BULK, "serve", address, "7001", mode], server_ns, inside_server, stdout=subprocess.PIPE)
    server.stdout.readline()
    box.run([BULK, "send", address, "7001", mode, str(size), "1.5"], client_ns)
    value = float(server.stdout.readline())
    server.wait(10)
    return value


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="")
    parser.add_argument("--agent", default="", help="more agent options, separated by blanks")
    options = parser.parse_args()
    with Sandbox("bench") as box, Namespaces("spb", 2) as (left, right):
        figures = {
            "direct_p50_ratio": lambda: ping(box, True, right.name, left.name, right.address),
            "stranger_client_ratio": lambda: ping(box, False, right.name, left.name, right.address),
            "loopback_p50_ratio": lambda: ping(box, True, left.name, left.name, "127.0.0.1"),
        }
        for mode in ("nonblocking", "blocking"):
            for size in (1 << 10, 16 << 10, 64 << 10, 1 << 20):
                figures[f"bulk_veth_{mode}_{size}"] = (
                    lambda m=mode, s=size: bulk(box, m, s, right.name, left.name, right.address))
                figures[f"bulk_loopback_{mode}_{size}"] = (
                    lambda m=mode, s=size: bulk(box, m, s, left.name, left.name, "127.0.0.1"))
        for name, measure in figures.items():
            if options.only not in name:
                continue
            plain, attached, last = [], [], None
            for _ in range(options.rounds):
                plain.append(measure())
                with box.agent(*options.agent.split()) as agent:
                    attached.append(measure())
                    last = agent.status()
            ratios = [a / p for a, p in zip(attached, plain)]
            reasons = {k: v for k, v in last["messages"]["stack_by_reason"].items() if v}
            print(json.dumps({"figure": name, "value": statistics.median(attached),
                              "reference": statistics.median(plain),
                              "ratio": round(statistics.median(ratios), 3),
                              "ratios": [round(r, 3) for r in ratios],
                              "redirected": last["messages"]["redirected"], "stack": reasons}), flush=True)


if __name__ == "__main__":
    main()
