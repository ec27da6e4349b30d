/** The gRPC services of {@code tidewatch.registry.v1}: messages in, domain calls, messages out. */
@NullMarked
package dev.tidewatch.registry.api;

import org.jspecify.annotations.NullMarked;
