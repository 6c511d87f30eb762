/**
 * The Java client in the shapes that stacks already have. All of them enforce: they open the text in gate mode, hand on
 * only what was released, and end with a typed stop. Each needs its library beside this one, and no other's.
 */
@NullMarked
package dev.weir.adapters;

import org.jspecify.annotations.NullMarked;
