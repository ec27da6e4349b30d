@org.jspecify.annotations.NullMarked
package dev.tidewatch.registry.signature;
