package dev.shortpath.testbed.path;

import java.util.List;

/**
 * What a mesh makes of the way from a client pod to a server pod.
 *
 * @param legs in order from client to server
 * @param rewrites names of the counters of the rules that steer connections into proxies, each of
 *     which matches every connection once
 */
public record Route(List<Leg> legs, List<String> rewrites) {
  public Route {
    legs = List.copyOf(legs);
    rewrites = List.copyOf(rewrites);
  }
}
