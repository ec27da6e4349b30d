package dev.tidewatch.registry.api;

import dev.tidewatch.proto.registry.v1.MaintenanceServiceGrpc.MaintenanceServiceImplBase;

/** Retention and audit over gRPC: part of the contract, not built; every RPC answers NOT_BUILT. */
public final class MaintenanceEndpoint extends MaintenanceServiceImplBase {}
