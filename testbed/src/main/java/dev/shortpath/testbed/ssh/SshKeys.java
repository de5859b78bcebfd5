package dev.shortpath.testbed.ssh;

import com.jcraft.jsch.AgentIdentityRepository;
import com.jcraft.jsch.AgentProxyException;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.KeyPair;
import com.jcraft.jsch.SSHAgentConnector;
import dev.shortpath.harness.testbed.TestbedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Whom we believe, and how we show who we are.
 *
 * @param knownHosts file with the hosts' keys
 * @param files private keys, not encrypted
 * @param agentSocket of an ssh-agent, asked where no file is given; null where there is none
 */
public record SshKeys(Path knownHosts, List<Path> files, Path agentSocket) {
  private static final List<String> USUAL = List.of("id_ed25519", "id_ecdsa", "id_rsa");

  public SshKeys {
    files = List.copyOf(files);
  }

  /**
   * As ssh does it: the user's known hosts, and the agent, or the usual key files without one.
   *
   * @param file a private key instead; null for the usual
   */
  public static SshKeys ofUser(Path file) {
    Path directory = Path.of(System.getProperty("user.home"), ".ssh");
    String agent = System.getenv("SSH_AUTH_SOCK");
    boolean asks = file == null && agent != null && !agent.isEmpty();
    List<Path> usual = USUAL.stream().map(directory::resolve).filter(Files::isReadable).toList();
    return new SshKeys(
        directory.resolve("known_hosts"),
        file != null ? List.of(file) : asks ? List.of() : usual,
        asks ? Path.of(agent) : null);
  }

  /** With these. */
  JSch client() throws TestbedException {
    JSch client = new JSch();
    try {
      if (Files.isReadable(knownHosts)) {
        client.setKnownHosts(knownHosts.toString());
      }
      if (files.isEmpty() && agentSocket != null) {
        client.setIdentityRepository(
            new AgentIdentityRepository(new SSHAgentConnector(agentSocket)));
      }
      for (Path file : files) {
        add(client, file);
      }
    } catch (AgentProxyException e) {
      throw new TestbedException("ssh-agent at " + agentSocket + ": " + e.getMessage(), e);
    } catch (JSchException e) {
      throw new TestbedException("SSH keys: " + e.getMessage(), e);
    }
    return client;
  }

  private static void add(JSch client, Path file) throws TestbedException {
    try {
      KeyPair pair = KeyPair.load(client, file.toString());
      boolean encrypted = pair.isEncrypted();
      pair.dispose();
      if (encrypted) {
        throw new TestbedException(
            "SSH key " + file + " is encrypted: put it into an ssh-agent (ssh-add)");
      }
      client.addIdentity(file.toString());
    } catch (JSchException e) {
      String why = Files.isReadable(file) ? "it is no private key" : "it cannot be read";
      throw new TestbedException("SSH key " + file + ": " + why, e);
    }
  }

  /** In words, for who was refused. */
  String describe() {
    if (!files.isEmpty()) {
      return "key " + String.join(", ", files.stream().map(Path::toString).toList());
    }
    return agentSocket == null ? "no key" : "the keys of the ssh-agent";
  }
}
