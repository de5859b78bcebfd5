package dev.shortpath.testbed.dataplane;

import java.util.Locale;

/** Transport of a Service's port. */
public enum Protocol {
  TCP,
  UDP;

  /** As Kubernetes' tools and packet filters write it: {@code tcp}. */
  public String lower() {
    return name().toLowerCase(Locale.ROOT);
  }
}
