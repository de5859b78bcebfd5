"""One end of the contract's conversations, inside a network namespace.

Reads one JSON command a line, answers one JSON line. A server says its name and whom it sees; what
cannot be reached is answered by the name of the error.
"""

import errno
import itertools
import json
import socket
import sys
import threading
import time

KINDS = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}
opened = {}

# Each flow has a port of its own: else one could be taken for an earlier test's, whose state the
# node still has.
ports = itertools.count(10_000)


def said(name, peer):
    address = peer[0]
    return json.dumps([name, address[7:] if address.startswith("::ffff:") else address]).encode()


def serve_udp(name, server):
    while True:
        _, peer = server.recvfrom(2048)
        server.sendto(said(name, peer), peer)


def converse(name, connection, peer):
    with connection:
        while connection.recv(2048):
            connection.sendall(said(name, peer))


def serve_tcp(name, server):
    while True:
        connection, peer = server.accept()
        threading.Thread(target=converse, args=(name, connection, peer), daemon=True).start()


def serve(name, port):
    for kind, loop in (("tcp", serve_tcp), ("udp", serve_udp)):
        server = socket.socket(socket.AF_INET6, KINDS[kind])
        server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("::", port))
        if kind == "tcp":
            server.listen(1024)
        threading.Thread(target=loop, args=(name, server), daemon=True).start()
    return []


def talk(connection):
    connection.send(b"who?")
    return json.loads(connection.recv(2048) or '["EOF", ""]')


def connect(kind, host, port, seconds):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    connection = socket.socket(family, KINDS[kind])
    connection.settimeout(seconds)
    if kind == "udp":
        # Else "network unreachable" would not be told.
        level, option = (socket.IPPROTO_IPV6, 25) if ":" in host else (socket.IPPROTO_IP, 11)
        connection.setsockopt(level, option, 1)
    connection.bind(("::" if ":" in host else "0.0.0.0", next(ports)))
    connection.connect((host, port))
    return connection


def attempt(action):
    """[name of server or error, address seen, seconds]"""
    start = time.monotonic()
    try:
        answer = action()
    except socket.timeout:
        answer = ["TIMEOUT", ""]
    except OSError as e:
        answer = [errno.errorcode.get(e.errno, str(e)), ""]
    return answer + [time.monotonic() - start]


def once(kind, host, port, seconds):
    with connect(kind, host, port, seconds) as connection:
        return talk(connection)


def keep(key, kind, host, port, seconds):
    opened[key] = connect(kind, host, port, seconds)
    return talk(opened[key])


def answer(c):
    do = c["do"]
    if do == "serve":
        return serve(c["name"], c["port"])
    if do == "talk":
        return [attempt(lambda: talk(opened[c["key"]]))]
    where = (c["kind"], c["host"], c["port"], c["seconds"])
    if do == "keep":
        return [attempt(lambda: keep(c["key"], *where))]
    answers, timeouts = [], 0
    while len(answers) < c["count"] and timeouts < 5:  # enough to fail by; hundreds take half an hour
        answers.append(attempt(lambda: once(*where)))
        timeouts += answers[-1][0] == "TIMEOUT"
    return answers


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
