package dev.shortpath.testbed.ssh;

import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.JSchChangedHostKeyException;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.JSchUnknownHostKeyException;
import com.jcraft.jsch.Session;
import com.jcraft.jsch.SftpException;
import dev.shortpath.harness.testbed.TestbedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A connection to a host, with a directory of our own there for the programs that run on it. {@link
 * #close} removes the directory.
 */
public final class SshHost implements AutoCloseable {
  private static final int CONNECT_MILLIS = 10_000;
  private static final int ALIVE_MILLIS = 5_000;
  private static final int ALIVE_TRIES = 3;
  private static final int PRIVATE = 0700;

  /** The program that is installed first. */
  static final String FIRST = "shortpath-tether";

  private final SshAddress address;
  private final Session session;
  private String directory;

  private SshHost(SshAddress address, Session session) {
    this.address = address;
    this.session = session;
  }

  /**
   * Connects.
   *
   * @throws TestbedException saying whether the host, its key or ours was refused
   */
  public static SshHost connect(SshAddress address, SshKeys keys) throws TestbedException {
    try {
      Session session = keys.client().getSession(address.user(), address.host(), address.port());
      session.setConfig("StrictHostKeyChecking", "yes");
      session.setConfig("PreferredAuthentications", "publickey");
      session.setServerAliveInterval(ALIVE_MILLIS);
      session.setServerAliveCountMax(ALIVE_TRIES);
      session.setDaemonThread(true);
      session.connect(CONNECT_MILLIS);
      return new SshHost(address, session);
    } catch (JSchChangedHostKeyException e) {
      throw new TestbedException(
          "SSH host "
              + address
              + ": its key is not the one in "
              + keys.knownHosts()
              + ": somebody may be in between; if the host was set up anew, ssh-keygen -R",
          e);
    } catch (JSchUnknownHostKeyException e) {
      throw new TestbedException(
          "SSH host "
              + address
              + ": its key is not in "
              + keys.knownHosts()
              + ": connect once with ssh and compare the fingerprint",
          e);
    } catch (JSchException e) {
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new TestbedException(
          why.startsWith("Auth")
              ? "SSH host " + address + " refuses " + keys.describe()
              : "SSH host " + address + " cannot be reached: " + why,
          e);
    }
  }

  /**
   * Copies programs into a directory of our own in the user's home directory.
   *
   * @param name of the directory, which must not be there yet
   * @param programs files of this machine, shortpath-tether first
   */
  public void install(String name, List<Path> programs) throws TestbedException {
    ChannelSftp sftp = null;
    try {
      sftp = sftp();
      String path = sftp.getHome() + "/" + name;
      sftp.mkdir(path);
      directory = path;
      sftp.chmod(PRIVATE, path);
      for (Path program : programs) {
        String file = path + "/" + program.getFileName();
        sftp.put(program.toString(), file);
        sftp.chmod(PRIVATE, file);
      }
    } catch (JSchException | SftpException e) {
      throw new TestbedException(
          "SSH host " + address + ": programs cannot be copied to " + name + ": " + e.getMessage(),
          e);
    } finally {
      disconnect(sftp);
    }
  }

  /** Copies a file of the host to this machine. */
  void fetch(String path, Path file) throws TestbedException {
    ChannelSftp sftp = null;
    try {
      sftp = sftp();
      sftp.get(path, file.toString());
    } catch (JSchException | SftpException e) {
      throw new TestbedException(path + " of " + address + ": " + e.getMessage(), e);
    } finally {
      disconnect(sftp);
    }
  }

  private ChannelSftp sftp() throws JSchException {
    ChannelSftp sftp = (ChannelSftp) session.openChannel("sftp");
    sftp.connect(CONNECT_MILLIS);
    return sftp;
  }

  private static void disconnect(ChannelSftp sftp) {
    if (sftp != null) {
      sftp.disconnect();
    }
  }

  /** Where the programs are. */
  String directory() {
    return directory;
  }

  /** Starts a command by its argument array. */
  SshRunning start(String label, List<String> words) throws TestbedException {
    try {
      ChannelExec channel = (ChannelExec) session.openChannel("exec");
      channel.setCommand(PosixWords.line(words));
      return new SshRunning(label, channel, CONNECT_MILLIS);
    } catch (JSchException | IOException e) {
      throw new TestbedException(label + " cannot be started: " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return address.toString();
  }

  /**
   * Removes a directory that {@link #install} has made, perhaps a killed program's; does nothing
   * where there is none.
   *
   * @return whether there was one
   * @throws TestbedException where it stays, because it is not ours, say
   */
  public boolean remove(String name) throws TestbedException {
    ChannelSftp sftp = null;
    try {
      sftp = sftp();
      String path = sftp.getHome() + "/" + name;
      List<String> files = new ArrayList<>();
      for (ChannelSftp.LsEntry entry : sftp.ls(path)) {
        if (!entry.getAttrs().isDir()) {
          files.add(entry.getFilename());
        }
      }
      if (!files.isEmpty() && !files.contains(FIRST)) {
        throw new TestbedException(
            "SSH host "
                + address
                + ": "
                + name
                + " stays: it has no "
                + FIRST
                + ", so it is not ours");
      }
      // The first one last: as long as it is there the directory is ours.
      if (files.remove(FIRST)) {
        files.add(FIRST);
      }
      for (String file : files) {
        sftp.rm(path + "/" + file);
      }
      sftp.rmdir(path);
      return true;
    } catch (SftpException e) {
      if (e.id == ChannelSftp.SSH_FX_NO_SUCH_FILE) {
        return false;
      }
      throw new TestbedException(
          "SSH host " + address + ": " + name + " stays: " + e.getMessage(), e);
    } catch (JSchException e) {
      throw new TestbedException(
          "SSH host " + address + ": " + name + " stays: " + e.getMessage(), e);
    } finally {
      disconnect(sftp);
    }
  }

  /** Removes the programs; a host that has gone away keeps them. */
  @Override
  public void close() {
    try {
      if (session.isConnected() && directory != null) {
        remove(directory.substring(directory.lastIndexOf('/') + 1));
      }
    } catch (TestbedException e) {
      // It stays; its name says what it is.
    } finally {
      session.disconnect();
    }
  }
}
