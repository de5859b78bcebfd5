"""Tests of shortpath-enter. Root is needed where namespaces and cgroups are made; else those are skipped by name."""

import os
import subprocess
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ENTER = os.path.join(HERE, "build", "shortpath-enter")
ROOT = os.geteuid() == 0
NETNS = f"spenter-{os.getpid()}"


def enter(*args, **kwargs):
    return subprocess.run([ENTER, *args], capture_output=True, text=True, timeout=10, **kwargs)


def cgroup_mounts():
    """A mount point of each cgroup hierarchy, v1 and v2, however often it is mounted (as below a chroot's /sys)."""
    with open("/proc/mounts", encoding="utf-8") as mounts:
        points = [line.split()[1] for line in mounts if line.split()[2] in ("cgroup", "cgroup2")]
    return list({os.stat(point).st_dev: point for point in reversed(points)}.values())


class Usage(unittest.TestCase):
    def refused(self, code, needle, *args):
        done = enter(*args)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertIn(needle, done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertEqual(done.stdout, "")

    def test_bad_options(self):
        self.refused(2, "no command")
        self.refused(2, "no command", "--netns", "x", "--")
        self.refused(2, "--frob", "--frob", "1", "--", "true")
        self.refused(2, "--netns", "--netns", "--", "true")
        self.refused(2, "not a number", "--uid", "-1", "--gid", "0", "--", "true")
        self.refused(2, "not a number", "--uid", "4294967295", "--gid", "0", "--", "true")
        self.refused(2, "together", "--uid", "1", "--", "true")
        self.refused(2, "without '/'", "--new-netns", "../x", "--", "true")
        self.refused(2, "exclude", "--new-netns", "x", "--netns", "y", "--", "true")

    def test_help(self):
        done = enter("--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn("--cgroup DIR", done.stdout)

    def test_exit_codes(self):
        self.refused(127, "/nonexistent", "--", "/nonexistent")
        self.refused(126, "/etc/passwd", "--", "/etc/passwd")
        self.refused(125, "/nonexistent", "--chdir", "/nonexistent", "--", "true")
        self.refused(125, "no-such-ns", "--netns", "no-such-ns", "--", "true")
        self.refused(125, "/nonexistent", "--cgroup", "/nonexistent", "--", "true")
        self.assertEqual(enter("--", "python3", "-c", "raise SystemExit(41)").returncode, 41)

    def test_out_of_the_terminals_process_group(self):
        done = enter("--", "python3", "-c", "import os; print(os.getpgrp() == os.getpid())")
        self.assertEqual(done.stdout.strip(), "True")

    def test_arguments_unchanged(self):
        done = enter("--", "printf", "%s|", "a b", "--netns", "", "$HOME;*")
        self.assertEqual(done.stdout, "a b|--netns||$HOME;*|")

    def test_chdir(self):
        with tempfile.TemporaryDirectory() as directory:
            self.assertEqual(enter("--chdir", directory, "--", "pwd").stdout.strip(), os.path.realpath(directory))


@unittest.skipUnless(ROOT, "needs root: makes network namespaces and cgroups")
class Entering(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        done = enter("--new-netns", NETNS)
        assert done.returncode == 0, done.stderr

    @classmethod
    def tearDownClass(cls):
        subprocess.run(["ip", "netns", "del", NETNS], check=True)
        assert not os.path.exists(f"/run/netns/{NETNS}")

    def test_new_netns_is_one_that_ip_knows(self):
        listed = subprocess.run(["ip", "-o", "netns", "list"], capture_output=True, text=True, check=True).stdout
        self.assertIn(NETNS, listed)
        own = os.readlink("/proc/self/ns/net")
        inside = enter("--netns", NETNS, "--", "readlink", "/proc/self/ns/net").stdout.strip()
        self.assertNotEqual(inside, own)
        by_path = enter("--netns", f"/run/netns/{NETNS}", "--", "readlink", "/proc/self/ns/net").stdout.strip()
        self.assertEqual(by_path, inside)
        self.assertEqual(enter("--new-netns", NETNS).returncode, 125)

    def test_new_netns_with_command(self):
        name = NETNS + "b"
        inside = enter("--new-netns", name, "--", "readlink", "/proc/self/ns/net").stdout.strip()
        try:
            self.assertEqual(enter("--netns", name, "--", "readlink", "/proc/self/ns/net").stdout.strip(), inside)
        finally:
            subprocess.run(["ip", "netns", "del", name], check=True)

    def test_sys(self):
        outside = os.listdir("/sys/class/net")
        subprocess.run(["ip", "-n", NETNS, "link", "add", "spx0", "type", "veth", "peer", "spx1"], check=True)
        seen = enter("--netns", NETNS, "--sys", "--", "ls", "/sys/class/net").stdout.split()
        self.assertIn("spx0", seen)
        self.assertEqual(os.listdir("/sys/class/net"), outside)
        without = enter("--netns", NETNS, "--", "ls", "/sys/class/net").stdout.split()
        self.assertNotIn("spx0", without)

    def test_cgroups_of_every_hierarchy(self):
        mounts = cgroup_mounts()
        if not mounts:
            self.skipTest("no cgroup file system is mounted")
        made = []
        try:
            args = []
            for mount in mounts:
                # A new cpuset group of v1 has no CPUs and takes nobody in.
                if os.path.exists(os.path.join(mount, "cpuset.cpus")):
                    continue
                directory = os.path.join(mount, NETNS)
                os.mkdir(directory)
                made.append(directory)
                args += ["--cgroup", directory]
            seen = enter(*args, "--", "cat", "/proc/self/cgroup").stdout.splitlines()
            inside = [line for line in seen if line.endswith("/" + NETNS)]
            self.assertEqual(len(inside), len(made), seen)
        finally:
            for directory in made:
                for _ in range(50):
                    try:
                        os.rmdir(directory)
                        break
                    except OSError:
                        time.sleep(0.02)
                self.assertFalse(os.path.exists(directory))

    def test_user(self):
        done = enter("--netns", NETNS, "--uid", "65534", "--gid", "65533", "--", "cat", "/proc/self/status")
        status = dict(line.split(":", 1) for line in done.stdout.splitlines())
        self.assertEqual(status["Uid"].split(), ["65534"] * 4)
        self.assertEqual(status["Gid"].split(), ["65533"] * 4)
        self.assertEqual(status["Groups"].split(), [])
        self.assertEqual(int(status["CapEff"], 16), 0)

    def test_no_descriptor_leaks(self):
        done = enter("--netns", NETNS, "--", "ls", "/proc/self/fd")
        self.assertEqual(done.stdout.split(), ["0", "1", "2", "3"])  # 3 is ls's own

    def test_cost(self):
        def best(command):
            times = []
            for _ in range(30):
                start = time.monotonic_ns()
                subprocess.run(command, check=True)
                times.append(time.monotonic_ns() - start)
            return min(times)

        plain = best(["/bin/true"])
        through = best([ENTER, "--netns", NETNS, "--", "/bin/true"])
        print(f"shortpath-enter adds {(through - plain) / 1e3:.0f} us to {plain / 1e3:.0f} us")
        self.assertLess(through - plain, 2_000_000)


if __name__ == "__main__":
    unittest.main(verbosity=2)
