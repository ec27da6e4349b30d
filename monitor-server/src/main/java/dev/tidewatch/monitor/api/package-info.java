/** gRPC adapters: messages in, domain calls, messages out. Proto types stop here. */
@NullMarked
package dev.tidewatch.monitor.api;

import org.jspecify.annotations.NullMarked;
