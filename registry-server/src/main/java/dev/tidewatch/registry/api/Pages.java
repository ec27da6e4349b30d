package dev.tidewatch.registry.api;

import dev.tidewatch.registry.domain.Page;
import dev.tidewatch.registry.domain.PageRequest;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Page sizes and tokens. A token is a key with a checksum that knows the RPC, so that a foreign one
 * is told apart.
 */
final class Pages {
  private static final int SIZE_DEFAULT = 50;

  private Pages() {}

  static PageRequest request(String rpc, int pageSize, String pageToken) {
    if (pageSize < 0) {
      throw InvalidArgument.field("page_size", pageSize + "; it must not be negative");
    }
    int size = pageSize == 0 ? SIZE_DEFAULT : Math.min(pageSize, PageRequest.SIZE_MAX);
    return new PageRequest(
        size, pageToken.isEmpty() ? Optional.empty() : Optional.of(key(rpc, pageToken)));
  }

  static String nextToken(String rpc, Page<?> page) {
    return page.next().map(key -> token(rpc, key)).orElse("");
  }

  private static String token(String rpc, String key) {
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    ByteBuffer token = ByteBuffer.allocate(Integer.BYTES + bytes.length);
    token.putInt(checksum(rpc, bytes)).put(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token.array());
  }

  private static String key(String rpc, String token) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(token));
      if (bytes.remaining() > Integer.BYTES) {
        int checksum = bytes.getInt();
        byte[] key = new byte[bytes.remaining()];
        bytes.get(key);
        if (checksum == checksum(rpc, key)) {
          return new String(key, StandardCharsets.UTF_8);
        }
      }
    } catch (IllegalArgumentException e) {
      throw foreign(rpc);
    }
    throw foreign(rpc);
  }

  private static InvalidArgument foreign(String rpc) {
    return new InvalidArgument(
        "PAGE_TOKEN_INVALID", "page_token", "was not made by " + rpc + "; begin again without");
  }

  private static int checksum(String rpc, byte[] key) {
    CRC32 crc = new CRC32();
    crc.update(rpc.getBytes(StandardCharsets.UTF_8));
    crc.update(key);
    return (int) crc.getValue();
  }
}
