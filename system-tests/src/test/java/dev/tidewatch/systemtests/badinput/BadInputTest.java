package dev.tidewatch.systemtests.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import build.buf.protovalidate.ValidatorFactory;
import build.buf.protovalidate.exceptions.ValidationException;
import com.google.protobuf.ByteString;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.util.JsonFormat;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every RPC of the contracts meets input that is wrong. The RPCs come from the service descriptors
 * and one without an entry in the table fails; each gets the cases that apply to any RPC (no key, a
 * key of another scope, a deadline that has passed, bytes that are no message, a message that is
 * too large, an empty one, malformed paging) and those that the table lists for it.
 */
class BadInputTest {
  private static final int MESSAGE_BYTES_MAX = 16 << 20;
  private static final BadInputTable TABLE = table();

  private static BadInputServers servers;

  private static BadInputTable table() {
    var table = new BadInputTable();
    IngestCases.into(table);
    RegistryCases.into(table);
    InferenceCases.into(table);
    MonitorCases.into(table);
    return table;
  }

  @BeforeAll
  static void start() throws Exception {
    servers = BadInputServers.start();
  }

  @AfterAll
  static void nothingWasLost() throws Exception {
    try (var ending = servers) {
      ending.assertNothingLost();
    }
  }

  @Test
  void theTableNamesNoRpcThatDoesNotExist() {
    assertThat(TABLE.rpcs()).isSubsetOf(Rpc.all().stream().map(Rpc::name).toList());
  }

  @TestFactory
  Stream<DynamicContainer> everyRpc() {
    return Rpc.all().stream()
        .map(rpc -> DynamicContainer.dynamicContainer(rpc.name(), cases(rpc).stream()));
  }

  private static List<DynamicTest> cases(Rpc rpc) {
    var entry = TABLE.entry(rpc.name());
    if (entry == null) {
      return List.of(
          DynamicTest.dynamicTest(
              "has cases",
              () -> assertThat(entry).as("%s has no entry in the table", rpc).isNotNull()));
    }
    var tests = new ArrayList<DynamicTest>();
    tests.add(DynamicTest.dynamicTest("missing key", () -> missingKey(rpc)));
    tests.add(DynamicTest.dynamicTest("unknown key", () -> unknownKey(rpc)));
    tests.add(DynamicTest.dynamicTest("wrong scope", () -> wrongScope(rpc)));
    tests.add(DynamicTest.dynamicTest("expired deadline", () -> expiredDeadline(rpc)));
    if (!entry.built()) {
      tests.add(DynamicTest.dynamicTest("not built", () -> notBuilt(rpc)));
      return tests;
    }
    tests.add(DynamicTest.dynamicTest("no message", () -> undecodable(rpc)));
    tests.add(DynamicTest.dynamicTest("too large", () -> tooLarge(rpc)));
    tests.add(DynamicTest.dynamicTest("empty", () -> empty(rpc)));
    if (rpc.hasField("page_size")) {
      tests.add(
          DynamicTest.dynamicTest("page size -1", () -> malformedPage(rpc, entry, "page_size")));
      tests.add(
          DynamicTest.dynamicTest("page token", () -> malformedPage(rpc, entry, "page_token")));
    }
    for (var bad : entry.cases()) {
      tests.add(DynamicTest.dynamicTest(bad.what(), () -> listed(rpc, bad)));
    }
    return tests;
  }

  private static Answer call(Rpc rpc, Metadata headers, byte[]... requests) throws Exception {
    return call(servers.channel(rpc), rpc, headers, requests);
  }

  private static Answer call(Channel channel, Rpc rpc, Metadata headers, byte[]... requests)
      throws Exception {
    return Answer.to(
        channel,
        rpc,
        CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS),
        headers,
        List.of(requests));
  }

  private static void missingKey(Rpc rpc) throws Exception {
    expect(
        rpc,
        call(rpc, new Metadata(), new byte[0]),
        Status.Code.UNAUTHENTICATED,
        "API_KEY_MISSING");
  }

  private static void unknownKey(Rpc rpc) throws Exception {
    var answer = call(rpc, servers.key("tw_0000000000_" + "A".repeat(43)), new byte[0]);
    expect(rpc, answer, Status.Code.UNAUTHENTICATED, "API_KEY_UNKNOWN");
  }

  private static void wrongScope(Rpc rpc) throws Exception {
    var answer = call(rpc, servers.keyWithout(rpc.scope()), new byte[0]);
    expect(rpc, answer, Status.Code.PERMISSION_DENIED, "SCOPE_MISSING");
    assertThat(answer.infos().getFirst().getMetadataMap())
        .containsEntry("required_scope", rpc.scope());
  }

  private static void expiredDeadline(Rpc rpc) throws Exception {
    var answer =
        Answer.to(
            servers.channel(rpc),
            rpc,
            CallOptions.DEFAULT.withDeadlineAfter(1, TimeUnit.NANOSECONDS),
            servers.goodKey(),
            List.of(new byte[0]));
    assertThat(answer.status().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
  }

  private static void notBuilt(Rpc rpc) throws Exception {
    var answer = call(rpc, servers.goodKey(), rpc.request(servers.validJson(rpc)));
    expect(rpc, answer, Status.Code.UNIMPLEMENTED, "NOT_BUILT");
  }

  /** A length-delimited field that ends before its length: no parser takes it. */
  private static void undecodable(Rpc rpc) throws Exception {
    var answer = call(rpc, servers.goodKey(), new byte[] {0x0a, 0x7f, 0x01});
    expect(rpc, answer, Status.Code.INVALID_ARGUMENT, "MESSAGE_UNDECODABLE");
  }

  private static void tooLarge(Rpc rpc) throws Exception {
    var ballast =
        UnknownFieldSet.newBuilder()
            .addField(
                19_999,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(ByteString.copyFrom(new byte[MESSAGE_BYTES_MAX]))
                    .build())
            .build();
    // What a client had not yet sent when it was refused stays in its channel's buffers until the
    // channel is closed: some 12 MB each.
    var channel = servers.newChannel(rpc);
    try {
      var answer = call(channel, rpc, servers.goodKey(), ballast.toByteArray());
      assertThat(answer.status().getCode())
          .as(rpc + " answered " + answer)
          .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    } finally {
      channel.shutdownNow();
    }
  }

  /** What the contract's own rules refuse must be refused, naming the fields. */
  private static void empty(Rpc rpc) throws Exception {
    var broken = brokenFields(rpc);
    if (rpc.proto().isClientStreaming() || broken.isEmpty()) {
      return;
    }
    var answer = call(rpc, servers.goodKey(), new byte[0]);
    expect(rpc, answer, Status.Code.INVALID_ARGUMENT, "FIELD_INVALID");
    assertThat(answer.fields()).as(rpc + " answered " + answer).containsAnyElementsOf(broken);
  }

  private static List<String> brokenFields(Rpc rpc) throws ValidationException {
    var empty = DynamicMessage.getDefaultInstance(rpc.proto().getInputType());
    return ValidatorFactory.newBuilder().build().validate(empty).getViolations().stream()
        .map(violation -> violation.toProto().getField().getElementsList())
        .filter(path -> !path.isEmpty())
        .map(path -> path.getFirst().getFieldName())
        .toList();
  }

  private static void malformedPage(Rpc rpc, BadInputTable.Entry entry, String field)
      throws Exception {
    String value = field.equals("page_size") ? "-1" : "\"!no token!\"";
    String valid =
        entry.faultless().isEmpty()
            ? servers.validJson(rpc)
            : servers.filled(entry.faultless().getFirst());
    String start = valid.equals("{}") ? "{" : valid.substring(0, valid.length() - 1) + ", ";
    var answer =
        call(rpc, servers.goodKey(), rpc.request(start + "\"" + field + "\": " + value + "}"));
    expect(
        rpc,
        answer,
        Status.Code.INVALID_ARGUMENT,
        field.equals("page_token") && answer.reason().equals("PAGE_TOKEN_INVALID")
            ? "PAGE_TOKEN_INVALID"
            : "FIELD_INVALID");
    assertThat(answer.fields()).as(rpc + " answered " + answer).containsExactly(field);
  }

  private static void listed(Rpc rpc, BadCase bad) throws Exception {
    var requests = bad.requests().stream().map(json -> rpc.request(servers.filled(json))).toList();
    var answer =
        Answer.to(
            servers.channel(rpc),
            rpc,
            CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS),
            servers.goodKey(),
            requests);
    if (bad.code() == Status.Code.OK) {
      assertThat(answer.status().getCode())
          .as(rpc + " answered " + answer)
          .isEqualTo(Status.Code.OK);
      assertThat(texts(rpc, answer))
          .as(rpc + ", " + bad.what())
          .anyMatch(text -> text.contains(bad.reason() + "\""));
    } else {
      expect(rpc, answer, bad.code(), bad.reason());
      if (!bad.field().isEmpty()) {
        assertThat(answer.fields()).as(rpc + " answered " + answer).contains(bad.field());
      }
    }
  }

  private static List<String> texts(Rpc rpc, Answer answer) throws InvalidProtocolBufferException {
    var texts = new ArrayList<String>();
    for (var message : answer.messages()) {
      texts.add(
          JsonFormat.printer()
              .print(DynamicMessage.parseFrom(rpc.proto().getOutputType(), message)));
    }
    return texts;
  }

  private static void expect(Rpc rpc, Answer answer, Status.Code code, String reason) {
    String what = rpc + " answered " + answer;
    assertThat(answer.status().getCode()).as(what).isEqualTo(code);
    assertThat(answer.infos()).as(what).hasSize(1);
    assertThat(answer.reason()).as(what).isEqualTo(reason);
    assertThat(answer.infos().getFirst().getDomain()).isEqualTo("tidewatch.dev");
  }
}
