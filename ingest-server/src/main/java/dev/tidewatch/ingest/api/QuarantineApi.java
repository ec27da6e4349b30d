package dev.tidewatch.ingest.api;

import dev.tidewatch.proto.ingest.v1.QuarantineServiceGrpc;

/**
 * Not built: each RPC answers UNIMPLEMENTED / NOT_BUILT. Rejected readings are kept in the
 * quarantine table all the same.
 */
public final class QuarantineApi extends QuarantineServiceGrpc.QuarantineServiceImplBase {}
