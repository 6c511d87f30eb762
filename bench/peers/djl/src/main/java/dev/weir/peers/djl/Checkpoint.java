package dev.weir.peers.djl;

import io.netty.channel.Channel;

/**
 * One window to score.
 *
 * @param through UTF-16 units of the text that the answer covers
 * @param last whether the text ends here
 */
record Checkpoint(Channel channel, int stream, String window, int through, boolean last) {}
