package dev.tidewatch.systemtests.badinput;

import io.grpc.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is known about each RPC: not built, or its wrong requests. In the order of writing. */
final class BadInputTable {
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /**
   * @param built false: answers NOT_BUILT to everything
   * @param cases beyond those that every RPC has
   * @param faultless at most one request without fault
   */
  record Entry(boolean built, List<BadCase> cases, List<String> faultless) {}

  /** The entry of {@code tidewatch.ingest.v1.FeedService/Subscribe}, if there is one. */
  @Nullable Entry entry(String rpc) {
    return entries.get(rpc);
  }

  /** The RPCs that have an entry. */
  Set<String> rpcs() {
    return Set.copyOf(entries.keySet());
  }

  Service service(String name) {
    return new Service(name);
  }

  private Entry add(String rpc, boolean built) {
    var entry = new Entry(built, new ArrayList<>(), new ArrayList<>());
    if (entries.put(rpc, entry) != null) {
      throw new IllegalStateException(rpc + " is in the table twice");
    }
    return entry;
  }

  /** Fills in one service. */
  final class Service {
    private final String name;

    private Service(String name) {
      this.name = name;
    }

    /** An RPC that is served; its wrong requests follow. */
    Method rpc(String method) {
      return new Method(add(name + "/" + method, true));
    }

    /** RPCs of the contract that no server serves yet. */
    Service notBuilt(String... methods) {
      for (var method : methods) {
        add(name + "/" + method, false);
      }
      return this;
    }
  }

  /** Fills in one RPC. */
  static final class Method {
    private final Entry entry;

    private Method(Entry entry) {
      this.entry = entry;
    }

    /** A request that is refused as a whole, for one field. */
    Method refused(String what, String json, Status.Code code, String reason, String field) {
      entry.cases().add(new BadCase(what, List.of(json), code, reason, field));
      return this;
    }

    /** A request that is refused as a whole, for the state of things. */
    Method refused(String what, String json, Status.Code code, String reason) {
      return refused(what, json, code, reason, "");
    }

    /** A request with FIELD_INVALID for the field. */
    Method invalid(String what, String json, String field) {
      return refused(what, json, Status.Code.INVALID_ARGUMENT, "FIELD_INVALID", field);
    }

    /** A request that is answered, with its bad part listed as rejected. */
    Method rejected(String what, String json, String reason) {
      return refused(what, json, Status.Code.OK, reason, "");
    }

    /** Several messages on one stream. */
    Method stream(String what, Status.Code code, String reason, String field, String... requests) {
      entry.cases().add(new BadCase(what, List.of(requests), code, reason, field));
      return this;
    }

    /** A request without fault, where the contract's rules alone do not lead to one. */
    Method faultless(String json) {
      entry.faultless().add(json);
      return this;
    }

    /**
     * Says that no field of the request can be wrong: it is empty, or everything means something.
     */
    Method takesAnything() {
      return this;
    }
  }
}
