package dev.shortpath.testbed.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.testbed.run.HostOwner.Where;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostOwnerTest {
  private static final Where HERE = new Where("debian", "1f2e", "boot-b", "4026531836");

  @TempDir Path directory;

  private static Where with(String name, String machine, String boot, String pids) {
    return new Where(name, machine, boot, pids);
  }

  /** Of a process that is not there: none has started at the machine's start and has this id. */
  private static String ended(Where where) {
    return where.text("1 1234567890123");
  }

  @Test
  void thisProcessIsThereAndOneThatHasEndedIsGone() throws Exception {
    String self = HostOwner.self();
    assertFalse(HostOwner.gone(self));
    assertTrue(HostOwner.gone(self + "1"), self);
    assertFalse(HostOwner.gone("elsewhere" + self + "1"));
    assertFalse(HostOwner.gone(HERE.text(Owner.self()), HERE));
    assertTrue(HostOwner.gone(ended(HERE), HERE));
  }

  @Test
  void anotherBootOfThisMachineIsGone() {
    assertTrue(HostOwner.gone(ended(with("debian", "1f2e", "boot-a", "4026531836")), HERE));
    assertTrue(HostOwner.gone(ended(with("debian", "1f2e", "boot-a", "4026532000")), HERE));
  }

  @Test
  void anotherMachineOfThisNameIsNotKnown() {
    assertFalse(HostOwner.gone(ended(with("debian", "9a8b", "boot-a", "4026531836")), HERE));
    assertFalse(HostOwner.gone(ended(with("debian", "", "boot-a", "4026531836")), HERE));
    assertFalse(HostOwner.gone(ended(with("debian", "9a8b", "boot-b", "4026531836")), HERE));
    assertFalse(HostOwner.gone(ended(with("localhost", "1f2e", "boot-b", "4026531836")), HERE));
  }

  @Test
  void withoutAMachineIdAnotherBootMayBeAnotherMachine() {
    Where here = with("debian", "", "boot-b", "4026531836");
    assertFalse(HostOwner.gone(ended(with("debian", "", "boot-a", "4026531836")), here));
    assertTrue(HostOwner.gone(ended(here), here));
  }

  @Test
  void processesOfAnotherNamespaceAreNotKnown() {
    assertFalse(HostOwner.gone(ended(with("debian", "1f2e", "boot-b", "4026532000")), HERE));
  }

  @Test
  void whatIsWrittenOtherwiseIsNotOurs() throws Exception {
    String process = Owner.self() + "1";
    for (String owner :
        new String[] {
          "",
          "x",
          "debian boot-a " + process,
          "debian boot-b " + process,
          "debian machine=1f2e boot=boot-a " + process,
          "debian machine=1f2e boot=boot-a pids=4026531836 process=",
        }) {
      assertFalse(HostOwner.gone(owner, HERE), owner);
    }
  }

  @Test
  void theMachineIdItselfIsNotShown() throws Exception {
    Path file = directory.resolve("machine-id");
    assertEquals("", HostOwner.hashed(file));
    for (String none : new String[] {"", "\n", "uninitialized\n"}) {
      Files.writeString(file, none);
      assertEquals("", HostOwner.hashed(file));
    }
    String id = "0123456789abcdef0123456789abcdef";
    Files.writeString(file, id + "\n");
    String hash = HostOwner.hashed(file);
    assertTrue(hash.matches("[0-9a-f]{16}") && !id.contains(hash), hash);
    Files.writeString(file, id.replace('0', '1') + "\n");
    assertNotEquals(hash, HostOwner.hashed(file));
  }
}
