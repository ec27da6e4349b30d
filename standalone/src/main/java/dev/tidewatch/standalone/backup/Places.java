package dev.tidewatch.standalone.backup;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where everything is.
 *
 * @param urls JDBC URL by schema, with user and password in it
 * @param artifacts folder of the registry's artifacts
 */
record Places(Map<String, String> urls, Path artifacts) {
  Places {
    urls = Map.copyOf(urls);
  }

  String url(String schema) {
    String url = urls.get(schema);
    if (url == null) {
      throw new IllegalArgumentException("no database was given for schema " + schema);
    }
    return url;
  }

  /** Where the registry keeps an artifact. */
  Path blob(String sha256) {
    return artifacts.resolve("blobs").resolve(sha256.substring(0, 2)).resolve(sha256);
  }
}
