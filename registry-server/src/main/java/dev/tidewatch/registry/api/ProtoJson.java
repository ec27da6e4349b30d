package dev.tidewatch.registry.api;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import dev.tidewatch.registry.domain.Document;
import dev.tidewatch.serverkit.errors.InvalidArgument;

/** Messages that are kept as JSON documents. */
final class ProtoJson {
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().omittingInsignificantWhitespace();

  // What a later release wrote must still be readable.
  private static final JsonFormat.Parser PARSER = JsonFormat.parser().ignoringUnknownFields();

  private ProtoJson() {}

  static Document document(String field, Message message) {
    try {
      return new Document(PRINTER.print(message));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw InvalidArgument.field(field, "cannot be written as JSON: " + e.getMessage());
    }
  }

  static <B extends Message.Builder> B read(Document document, B into) {
    try {
      PARSER.merge(document.json(), into);
      return into;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a stored document is no longer readable", e);
    }
  }
}
