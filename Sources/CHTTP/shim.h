#include <arpa/inet.h>
#include <microhttpd.h>
#include <string.h>

// Swift calls no function of variable arguments.

/// Leaves percent signs as they were sent.
static size_t http_keep(void *context, struct MHD_Connection *connection, char *text) { return strlen(text); }

/// A server on 127.0.0.1 with a thread a connection; NULL and errno if the port is taken. `context` goes to `answer`, which
/// is called once a request's head is there.
static inline struct MHD_Daemon *http_start(uint16_t port, MHD_AccessHandlerCallback answer, void *context) {
  struct sockaddr_in address;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return MHD_start_daemon(
      MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_USE_ITC, port, NULL, NULL,
      answer, context, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address, MHD_OPTION_CONNECTION_LIMIT, (unsigned)64,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)32768, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)60,
      MHD_OPTION_STRICT_FOR_CLIENT, (int)1, MHD_OPTION_UNESCAPE_CALLBACK, http_keep, NULL, MHD_OPTION_END);
}

/// The port that a server listens on.
static inline uint16_t http_port(struct MHD_Daemon *server) {
  return MHD_get_daemon_info(server, MHD_DAEMON_INFO_BIND_PORT)->port;
}

/// The socket of a connection.
static inline int http_socket(struct MHD_Connection *connection) {
  return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

/// Kinds of values, and what iterators return to go on: names that Swift sees.
static const enum MHD_ValueKind http_headers = MHD_HEADER_KIND, http_arguments = MHD_GET_ARGUMENT_KIND;
static const enum MHD_Result http_yes = MHD_YES;

/// A response with a copy of these bytes.
static inline struct MHD_Response *http_response(const void *bytes, size_t count) {
  return MHD_create_response_from_buffer(count, (void *)bytes, MHD_RESPMEM_MUST_COPY);
}
