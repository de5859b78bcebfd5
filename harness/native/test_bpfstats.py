"""Tests of bpfstats; those that count need root."""

import os
import subprocess
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
BPFSTATS = os.path.join(HERE, "build", "bpfstats")


def run(*args):
    return subprocess.run([BPFSTATS, *args], capture_output=True, text=True, timeout=5)


def hold():
    process = subprocess.Popen([BPFSTATS, "hold"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "counting\n", process.stderr.read()
    return process


class BpfStats(unittest.TestCase):
    def test_bad_options(self):
        for args in ([], ["frob"], ["list", "more"]):
            done = run(*args)
            self.assertEqual((done.returncode, done.stdout, done.stderr.count("\n")), (2, "", 1))
        self.assertIn("RUN_TIME_NS", run("--help").stdout)

    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_list(self):
        done = run("list")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        *lines, end = done.stdout.splitlines()
        self.assertEqual(end, "# end programs=%d" % len(lines))
        for line in lines:
            number, kind, name, nanos, runs = line.split(" ")
            self.assertTrue(name)
            self.assertGreaterEqual(min(map(int, (number, kind, nanos, runs))), 0)

    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_ends_with_a_signal_and_with_its_reader(self):
        process = hold()
        process.terminate()
        process.communicate(timeout=5)
        self.assertEqual(process.returncode, 0)
        process = hold()
        process.stdout.close()
        self.assertEqual(process.wait(timeout=5), 0)
        process.stderr.close()


if __name__ == "__main__":
    unittest.main(verbosity=2)
