package dev.tidewatch.monitor.delivery;

import dev.tidewatch.serverkit.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The header {@code Tidewatch-Signature}: {@code t=SECONDS,v1=HEX}, where HEX is the HMAC-SHA-256
 * (RFC 2104), keyed with the target's secret in UTF-8, of {@code SECONDS.DELIVERY.BODY}. A receiver
 * that also refuses old times and deliveries it has had is safe against replay.
 */
final class WebhookSignature {
  private static final String ALGORITHM = "HmacSHA256";

  private WebhookSignature() {}

  static String of(Secret secret, Instant at, String delivery, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret.value().getBytes(StandardCharsets.UTF_8), ALGORITHM));
      mac.update((at.getEpochSecond() + "." + delivery + ".").getBytes(StandardCharsets.UTF_8));
      return "t=" + at.getEpochSecond() + ",v1=" + HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }
}
