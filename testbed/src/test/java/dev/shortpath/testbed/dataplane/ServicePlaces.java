package dev.shortpath.testbed.dataplane;

import java.util.Set;

/**
 * Where the contract's conversations are held: {@code client} outside; the pods {@code a}, {@code
 * b} and {@code c} of the node under test; the pod {@code r} of another node. Their addresses are
 * those of {@link ServiceWorld}, whoever made them.
 */
interface ServicePlaces {
  /** What runs in a place. */
  Peer peer(String place);

  /** The node under test. */
  DataPlaneNode node();

  /** All addresses that the node's masqueraded flows come from. */
  Set<String> ownAddresses();
}
