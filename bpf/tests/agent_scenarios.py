"""What a program can observe of a connection. Each scenario gets the two ends of a warmed-up, non-blocking connection
and returns what it saw, so that plain TCP and the shortcut can be compared, value by value."""
import array
import errno
import fcntl
import os
import select
import socket
import struct
import termios
import time

SCENARIOS = {}
# Scenarios in which the shortcut is known to differ (docs/compatibility.md); the test fails if this list is wrong
# in either direction.
KNOWN_DIFFERENCES = {}


def scenario(difference=None):
    def register(function):
        SCENARIOS[function.__name__] = function
        if difference:
            KNOWN_DIFFERENCES[function.__name__] = difference
        return function
    return register


def name_of(error):
    return errno.errorcode.get(error.errno, str(error.errno))


def attempt(function, *arguments):
    try:
        return function(*arguments)
    except OSError as error:
        return name_of(error)


def readable(sock, seconds=0.3):
    return bool(select.select([sock], [], [], seconds)[0])


def wait_readable(sock):
    assert readable(sock, 3), "nothing came within 3 s"


def settle():
    time.sleep(0.05)


@scenario()
def message(client, server):
    client.send(b"hello")
    wait_readable(server)
    return server.recv(100), attempt(server.recv, 100), readable(server, 0)


@scenario()
def partial_reads(client, server):
    client.send(b"abcdefgh")
    wait_readable(server)
    return server.recv(3), readable(server, 0), server.recv(3), server.recv(10), readable(server, 0)


@scenario()
def peek(client, server):
    client.send(b"abcdefgh")
    wait_readable(server)
    return server.recv(4, socket.MSG_PEEK), server.recv(100, socket.MSG_PEEK), server.recv(100)


def kernel_counts_queued_bytes():
    with open("/sys/kernel/btf/vmlinux", "rb") as types:
        return b"\0msg_tot_len\0" in types.read()  # in sk_psock since FIONREAD was mended


@scenario(None if kernel_counts_queued_bytes() else "FIONREAD leaves out redirected data on older kernels")
def fionread(client, server):
    client.send(b"x" * 100)
    client.send(b"y" * 23)
    wait_readable(server)
    settle()
    count = array.array("i", [0])
    fcntl.ioctl(server, termios.FIONREAD, count)
    got = server.recv(1000)
    return count[0], len(got) + (len(server.recv(1000)) if len(got) < 123 else 0)


@scenario()
def outq_is_empty_at_rest(client, server):
    client.send(b"x" * 100)
    wait_readable(server)
    settle()
    count = array.array("i", [0])
    fcntl.ioctl(client, termios.TIOCOUTQ, count)
    return count[0], len(server.recv(200))


@scenario()
def half_close_then_reply(client, server):
    client.send(b"request")
    client.shutdown(socket.SHUT_WR)
    wait_readable(server)
    got = server.recv(100)
    wait_readable(server)
    end = server.recv(100)
    server.send(b"reply")
    server.shutdown(socket.SHUT_WR)
    wait_readable(client)
    reply = client.recv(100)
    wait_readable(client)
    return got, end, reply, client.recv(100)


@scenario()
def write_after_own_shutdown(client, server):
    client.shutdown(socket.SHUT_WR)
    return attempt(client.send, b"x"), attempt(client.send, b"x")


@scenario()
def peer_closes(client, server):
    server.send(b"last words")
    server.close()
    wait_readable(client)
    got = client.recv(100)
    wait_readable(client)
    return got, client.recv(100), client.recv(100)


@scenario()
def writes_after_peer_closed(client, server):
    server.close()
    wait_readable(client)
    results = [client.recv(10)]
    for _ in range(3):
        results.append(attempt(client.send, b"x"))
        settle()
    return results, attempt(client.recv, 10)


def reset(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


@scenario()
def reset_seen_by_reads(client, server):
    reset(server)
    wait_readable(client)
    return [attempt(client.recv, 10) for _ in range(3)] + [attempt(client.send, b"x")]


@scenario()
def reset_seen_by_writes(client, server):
    reset(server)
    wait_readable(client)
    return [attempt(client.send, b"x") for _ in range(3)] + [attempt(client.recv, 10)]


@scenario()
def data_before_a_reset_is_readable(client, server):
    server.send(b"last words")
    settle()
    reset(server)
    settle()
    return attempt(client.recv, 100)


@scenario("a reader that closes with redirected data unread ends the connection by FIN, not by RST")
def close_with_unread_data(client, server):
    client.send(b"unread")
    wait_readable(server)
    server.close()
    wait_readable(client)
    return attempt(client.recv, 10)


@scenario()
def own_read_shutdown(client, server):
    server.shutdown(socket.SHUT_RD)
    sent = attempt(client.send, b"abc")
    settle()
    return sent, attempt(server.recv, 10)


@scenario()
def low_water_mark(client, server):
    server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 10)
    client.send(b"12345")
    early = readable(server, 0.1)
    client.send(b"67890")
    return early, readable(server, 1), server.recv(100)


@scenario()
def kernel_time_stamps(client, server):
    server.setsockopt(socket.SOL_SOCKET, 29, 1)  # SO_TIMESTAMP
    settle()  # the kernel switches time stamps on a little later
    client.send(b"abc")
    wait_readable(server)
    data, ancillary, _, _ = server.recvmsg(10, 200)
    return data, [(level, kind) for level, kind, _ in ancillary]


@scenario()
def tcp_inq(client, server):
    server.setsockopt(socket.IPPROTO_TCP, 36, 1)
    client.send(b"abcdef")
    wait_readable(server)
    data, ancillary, _, _ = server.recvmsg(2, 200)
    return data, [(level, kind, value) for level, kind, value in ancillary]


@scenario("an urgent byte that is redirected arrives as an ordinary byte")
def urgent_data(client, server):
    client.send(b"ab")
    client.send(b"!", socket.MSG_OOB)
    wait_readable(server)
    settle()
    return server.recv(100), attempt(server.recv, 10, socket.MSG_OOB)


def kernel_release():
    return tuple(map(int, os.uname().release.split("-")[0].split(".")[:2]))


# Seen on 5.15, and not on 6.1; no type or symbol tells.
@scenario(None if kernel_release() >= (6, 1) else "MSG_ZEROCOPY has no completions on older kernels")
def zero_copy_completion(client, server):
    client.setsockopt(socket.SOL_SOCKET, 60, 1)
    client.send(b"z" * 5000, 0x4000000)
    wait_readable(server)
    got = len(server.recv(10000))
    settle()
    return got, bool(attempt(client.recvmsg, 1, 200, socket.MSG_ERRQUEUE) != "EAGAIN")


@scenario()
def peek_offset(client, server):
    if attempt(server.setsockopt, socket.SOL_SOCKET, 42, 2):  # SO_PEEK_OFF
        return "not for TCP on this kernel"
    client.send(b"abcdefgh")
    wait_readable(server)
    return server.recv(2, socket.MSG_PEEK), server.recv(2, socket.MSG_PEEK)


@scenario("MSG_TRUNC (discard) copies redirected data instead of discarding it")
def discard(client, server):
    client.send(b"abcdefgh")
    wait_readable(server)
    buffer = bytearray(b"." * 8)
    count = server.recv_into(buffer, 4, socket.MSG_TRUNC)
    return count, bytes(buffer), server.recv(10)


@scenario("splice() and sendfile() from a socket do not see redirected data")
def splice_from_the_socket(client, server):
    client.send(b"abcdefgh")
    wait_readable(server)
    reader, writer = os.pipe()
    try:
        return attempt(splice, server.fileno(), writer, 100)
    finally:
        os.close(reader)
        os.close(writer)


def splice(source, target, count):
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    moved = libc.splice(source, None, target, None, ctypes.c_size_t(count), 2)
    if moved < 0:
        raise OSError(ctypes.get_errno(), "splice")
    return moved


@scenario()
def sendfile_to_the_socket(client, server):
    with open(__file__, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        sent = os.sendfile(client.fileno(), file.fileno(), 0, size)
        got = b""
        while len(got) < sent and readable(server, 1):
            got += server.recv(65536)
        file.seek(0)
        return sent == size, got == file.read()


@scenario("TCP_INFO's byte and segment counts leave out what was redirected")
def tcp_info_bytes_received(client, server):
    def received():
        return struct.unpack_from("<Q", server.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 232), 128)[0]
    before = received()
    client.send(b"x" * 1000)
    wait_readable(server)
    return received() - before, len(server.recv(2000))


@scenario()
def poll_hang_up(client, server):
    poller = select.poll()
    poller.register(client, select.POLLIN | select.POLLOUT | select.POLLRDHUP)
    before = poller.poll(100)[0][1]
    server.send(b"x")
    server.shutdown(socket.SHUT_WR)
    settle()
    with_data = poller.poll(100)[0][1]
    client.recv(10)
    return before, with_data, poller.poll(100)[0][1]


@scenario()
def edge_triggered_epoll(client, server):
    poller = select.epoll()
    poller.register(server, select.EPOLLIN | select.EPOLLET)
    poller.poll(0)
    edges = []
    for _ in range(3):
        client.send(b"x")
        edges.append(len(poller.poll(1)))
    quiet = len(poller.poll(0.05))
    got = b""
    while readable(server, 0.1):
        got += server.recv(10)
    poller.close()
    return edges, quiet, got
