package dev.tidewatch.registry.api;

import dev.tidewatch.proto.registry.v1.CatalogServiceGrpc.CatalogServiceImplBase;

/**
 * Search, comparison, export and lineage over gRPC: part of the contract, not built; every RPC
 * answers NOT_BUILT.
 */
public final class CatalogEndpoint extends CatalogServiceImplBase {}
