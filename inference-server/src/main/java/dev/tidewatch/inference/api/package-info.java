/**
 * The server's gRPC services: messages are checked and turned into this server's own types here,
 * and back.
 */
@NullMarked
package dev.tidewatch.inference.api;

import org.jspecify.annotations.NullMarked;
