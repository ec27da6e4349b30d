package dev.tidewatch.sdk;

import java.util.Locale;

/**
 * Where a server listens.
 *
 * @param host name or address, IPv6 without brackets
 * @param port 1 to 65535
 */
public record Endpoint(String host, int port) {
  public Endpoint {
    if (host.isBlank()) {
      throw new IllegalArgumentException("host: must not be empty");
    }
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port: " + port + " is outside 1 to 65535");
    }
  }

  /**
   * Reads {@code host:port}, {@code [ipv6]:port} or a bare host.
   *
   * @param defaultPort the port of a text that names none
   * @throws IllegalArgumentException saying what is wrong with the text
   */
  public static Endpoint parse(String text, int defaultPort) {
    String trimmed = text.strip();
    int bracket = trimmed.lastIndexOf(']');
    int colon = trimmed.lastIndexOf(':');
    boolean bareIpv6 = bracket < 0 && colon >= 0 && trimmed.indexOf(':') != colon;
    if (colon <= bracket || bareIpv6) {
      return new Endpoint(withoutBrackets(trimmed), defaultPort);
    }
    try {
      int port = Integer.parseInt(trimmed.substring(colon + 1));
      return new Endpoint(withoutBrackets(trimmed.substring(0, colon)), port);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "address: '" + text + "' is not host:port, such as localhost:7410", e);
    }
  }

  private static String withoutBrackets(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  /** True for addresses that never leave the machine. */
  public boolean isLoopback() {
    String name = host.toLowerCase(Locale.ROOT);
    return name.equals("localhost")
        || name.startsWith("127.")
        || name.equals("::1")
        || name.equals("0:0:0:0:0:0:0:1");
  }

  /** As {@code host:port}, IPv6 in brackets. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
