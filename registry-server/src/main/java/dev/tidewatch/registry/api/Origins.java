package dev.tidewatch.registry.api;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import dev.tidewatch.registry.domain.Origin;
import dev.tidewatch.registry.domain.Sha256;
import dev.tidewatch.serverkit.security.Caller;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Who asks for a change, and by which request; read on the thread of the call. */
final class Origins {
  private Origins() {}

  static Origin of(String rpc, String requestId, Message request) {
    SpanContext span = Span.current().getSpanContext();
    return new Origin(
        Caller.current().keyId(),
        rpc,
        Fields.present(requestId),
        digest(request),
        span.isValid() ? span.getTraceId() : "");
  }

  /** Of the same content the same, whatever the order of its maps on the wire. */
  static Sha256 digest(Message request) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      CodedOutputStream out =
          CodedOutputStream.newInstance(
              new DigestOutputStream(OutputStream.nullOutputStream(), digest));
      out.useDeterministicSerialization();
      request.writeTo(out);
      out.flush();
      return Sha256.of(digest.digest());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
