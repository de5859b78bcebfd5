package dev.shortpath.testbed.kube.servicepath;

import dev.shortpath.harness.testbed.TestbedException;

/**
 * A kube-proxy that can be made to stand still. While thousands of objects are written in the API
 * it would else hear of them one by one, write all rules anew each second, and take the processors
 * from the API server. An API server that cannot get rid of its news ends the watch, and kube-proxy
 * lists all when it goes on (client-go's reflector).
 */
public interface ProxyPause {
  /** Makes it stand still. */
  void stop() throws TestbedException, InterruptedException;

  /** Lets it go on; does nothing to one that does not stand still. */
  void goOn() throws TestbedException, InterruptedException;
}
