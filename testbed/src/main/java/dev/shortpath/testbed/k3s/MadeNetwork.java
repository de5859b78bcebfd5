package dev.shortpath.testbed.k3s;

import com.github.dockerjava.api.command.CreateNetworkCmd;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Network.Ipam;
import dev.shortpath.harness.testbed.TestbedException;
import java.util.List;
import java.util.Map;
import org.testcontainers.containers.Network;

/**
 * A Docker network made here, not by Testcontainers, which would remove it itself at the program's
 * end.
 *
 * @param id as Docker has it
 */
record MadeNetwork(String id) implements Network {
  /**
   * Makes one; Docker adds an IPv4 range of its own choice.
   *
   * @param ipv6 its range; null for none
   * @throws TestbedException when Docker does not
   */
  static MadeNetwork make(Map<String, String> labels, String name, String ipv6)
      throws TestbedException {
    CreateNetworkCmd create = Docker.client().createNetworkCmd().withName(name).withLabels(labels);
    if (ipv6 != null) {
      Ipam.Config range = new Ipam.Config().withSubnet(ipv6);
      create.withEnableIpv6(true).withIpam(new Ipam().withConfig(List.of(range)));
    }
    try {
      return new MadeNetwork(create.exec().getId());
    } catch (DockerException e) {
      throw new TestbedException(
          "Docker cannot make a network: " + e.getMessage().strip().replaceAll("\\R", " "), e);
    }
  }

  /** A local range (RFC 4193) of the run's own, for its nodes. */
  static String subnet(String runId) {
    return subnet("fd5a", runId);
  }

  /** Likewise, of the many that begin with those four digits. */
  static String subnet(String digits, String runId) {
    long number = Long.parseLong(runId, 36);
    return "%s:%x:%x::/64".formatted(digits, number >> 16 & 0xffff, number & 0xffff);
  }

  @Override
  public String getId() {
    return id;
  }

  @Override
  public void close() {
    // It goes with its run.
  }
}
