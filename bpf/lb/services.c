// SPDX-License-Identifier: GPL-2.0
/* The Services that there are, and how a request changes them: all of it or nothing. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "lb.h"

struct table {
    struct programs *programs;
    struct slots *slots;
    struct service **buckets; /* by name */
    uint32_t bucket_count;    /* a power of two */
    struct service **by_id;
    uint32_t id_room, next_id, next_tag;
    struct claim *claims; /* who has which frontend: open addressing, by key */
    uint32_t claim_room, claim_count;
    uint32_t count, max_services;
};

struct claim {
    struct frontend_key key;
    struct service *service; /* NULL: the place was never taken */
    bool left;               /* and was given up */
};

/* What a request does: Services to be put, and what they replace or what just goes. */
struct change {
    struct service **puts, **leavers;
    uint32_t *lines; /* of the puts */
    uint32_t put_count, leaver_count;
    uint32_t claimed, taken; /* puts that have their frontends, and their slots */
};

static void *zeroed(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size);

    if (!memory)
        abort();
    return memory;
}

static uint64_t hash_bytes(const void *bytes, size_t size) /* FNV-1a */
{
    uint64_t hash = 14695981039346656037ULL;

    for (size_t i = 0; i < size; i++)
        hash = (hash ^ ((const uint8_t *)bytes)[i]) * 1099511628211ULL;
    return hash ^ hash >> 29;
}

struct table *table_new(struct programs *programs, const struct options *options)
{
    struct table *table = zeroed(1, sizeof(*table));

    table->programs = programs;
    table->slots = slots_new(options->max_endpoints);
    table->max_services = options->max_services;
    table->bucket_count = table->claim_room = 64;
    while (table->bucket_count < options->max_services)
        table->bucket_count *= 2;
    table->buckets = zeroed(table->bucket_count, sizeof(*table->buckets));
    table->claims = zeroed(table->claim_room, sizeof(*table->claims));
    table->next_id = table->next_tag = 1;
    return table;
}

void table_free(struct table *table)
{
    for (uint32_t i = 0; i < table->bucket_count; i++)
        for (struct service *at = table->buckets[i], *next; at; at = next) {
            next = at->next;
            service_free(at);
        }
    slots_free(table->slots);
    free(table->buckets);
    free(table->by_id);
    free(table->claims);
    free(table);
}

uint32_t table_services(const struct table *table)
{
    return table->count;
}

uint32_t table_slots(const struct table *table)
{
    return slots_used(table->slots);
}

static struct service *find(const struct table *table, const char *name, uint64_t hash)
{
    struct service *at = table->buckets[hash & (table->bucket_count - 1)];

    while (at && (at->hash != hash || strcmp(at->name, name)))
        at = at->next;
    return at;
}

static void link_in(struct table *table, struct service *service)
{
    struct service **bucket = &table->buckets[service->hash & (table->bucket_count - 1)];

    service->next = *bucket;
    *bucket = service;
    table->count++;
}

static void link_out(struct table *table, struct service *service)
{
    struct service **at = &table->buckets[service->hash & (table->bucket_count - 1)];

    while (*at != service)
        at = &(*at)->next;
    *at = service->next;
    table->count--;
}

static struct service *by_id(const struct table *table, uint32_t id)
{
    return id < table->id_room ? table->by_id[id] : NULL;
}

static void file_id(struct table *table, uint32_t id, struct service *service)
{
    if (id >= table->id_room) {
        uint32_t room = table->id_room ? table->id_room : 1024;

        while (id >= room)
            room *= 2;
        table->by_id = realloc(table->by_id, room * sizeof(*table->by_id));
        if (!table->by_id)
            abort();
        memset(table->by_id + table->id_room, 0, (room - table->id_room) * sizeof(*table->by_id));
        table->id_room = room;
    }
    table->by_id[id] = service;
}

static bool has_endpoint(const struct service *service, const struct address *address, __be16 port)
{
    for (int family = 0; family < FAMILIES; family++)
        for (uint32_t i = 0; i < service->count[family]; i++)
            if (service->endpoints[family][i].port == port &&
                !memcmp(&service->endpoints[family][i].address, address, sizeof(*address)))
                return true;
    return false;
}

bool table_has_endpoint(const struct table *table, uint32_t id, const struct address *address, __be16 port)
{
    const struct service *service = by_id(table, id);

    return service && has_endpoint(service, address, port);
}

/* ---- Frontends belong to one Service each */

static struct claim *claim_at(const struct table *table, const struct frontend_key *key)
{
    uint64_t at = hash_bytes(key, sizeof(*key));

    for (;; at++) {
        struct claim *claim = &table->claims[at & (table->claim_room - 1)];

        if (!claim->service || !memcmp(&claim->key, key, sizeof(*key)))
            return claim;
    }
}

/* Room for `more` claims. */
static void widen_claims(struct table *table, uint32_t more)
{
    uint64_t room = 64, live = 0;
    struct claim *old = table->claims;
    uint32_t old_room = table->claim_room;

    if (2 * ((uint64_t)table->claim_count + more) <= old_room)
        return;
    for (uint32_t i = 0; i < old_room; i++)
        live += old[i].service && !old[i].left;
    while (room < 4 * (live + more))
        room *= 2;
    table->claims = zeroed(room, sizeof(*table->claims));
    table->claim_room = room;
    table->claim_count = live;
    for (uint32_t i = 0; i < old_room; i++)
        if (old[i].service && !old[i].left)
            *claim_at(table, &old[i].key) = old[i];
    free(old);
}

static void release(struct table *table, const struct service *service)
{
    struct frontend_entry entries[4];
    int count = service_entries(service, entries);

    for (int i = 0; i < count; i++) {
        struct claim *claim = claim_at(table, &entries[i].key);

        if (claim->service == service)
            claim->left = true;
    }
}

/* NULL, or the Service that has one of these frontends already. */
static struct service *claim(struct table *table, struct service *service)
{
    struct frontend_entry entries[4];
    int count = service_entries(service, entries);

    for (int i = 0; i < count; i++) {
        struct claim *claim = claim_at(table, &entries[i].key);

        if (claim->service && !claim->left && claim->service != service)
            return claim->service;
        if (!claim->service)
            table->claim_count++;
        *claim = (struct claim){.key = entries[i].key, .service = service};
    }
    return NULL;
}

/* ---- Requests */

static void change_free(struct change *change, bool puts_too)
{
    for (uint32_t i = 0; puts_too && i < change->put_count; i++)
        service_free(change->puts[i]);
    free(change->puts);
    free(change->leavers);
    free(change->lines);
}

static bool parse_line(struct table *table, const struct request *request, char *line, struct change *change,
                       struct outcome *outcome)
{
    struct service *service = NULL;
    const char *name;

    if (line[0] == '+' && line[1] == ' ') {
        service = parse_service(line + 2, outcome->error);
        if (!service)
            return false;
        service->hash = hash_bytes(service->name, strlen(service->name));
        service->replaced = find(table, service->name, service->hash);
        change->lines[change->put_count] = outcome->line;
        change->puts[change->put_count++] = service;
        if (!service->replaced || request->full)
            return true;
        service = service->replaced;
    } else if (line[0] == '-' && line[1] == ' ' && !request->full) {
        if (!parse_removal(line + 2, &name, outcome->error))
            return false;
        service = find(table, name, hash_bytes(name, strlen(name)));
        if (!service) {
            snprintf(outcome->error, MAX_ERROR, "there is no Service '%.100s'", name);
            return false;
        }
    } else {
        snprintf(outcome->error, MAX_ERROR, "must start with '+ '%s", request->full ? "" : " or '- '");
        return false;
    }
    if (service->doomed) {
        snprintf(outcome->error, MAX_ERROR, "Service '%.100s' is named twice", service->name);
        return false;
    }
    service->doomed = true;
    change->leavers[change->leaver_count++] = service;
    return true;
}

static bool parse(struct table *table, const struct request *request, struct change *change,
                  struct outcome *outcome)
{
    char *line = request->text, *end;

    for (uint32_t i = 1; i <= request->lines; i++, line = end + 1) {
        end = memchr(line, '\n', request->text + request->size - line);
        *end = 0;
        outcome->line = i;
        if (strlen(line) != (size_t)(end - line)) {
            snprintf(outcome->error, MAX_ERROR, "has a zero byte");
            return false;
        }
        if (!parse_line(table, request, line, change, outcome))
            return false;
    }
    if (request->full)
        for (uint32_t i = 0; i < table->bucket_count; i++)
            for (struct service *at = table->buckets[i]; at; at = at->next) {
                at->doomed = true;
                change->leavers[change->leaver_count++] = at;
            }
    return true;
}

/* From here on all is undone by undo(). */
static bool reserve(struct table *table, struct change *change, struct outcome *outcome)
{
    for (uint32_t i = 0; i < change->leaver_count; i++) {
        release(table, change->leavers[i]);
        link_out(table, change->leavers[i]);
    }
    for (; change->claimed < change->put_count; change->claimed++) {
        struct service *service = change->puts[change->claimed], *other;

        outcome->line = change->lines[change->claimed];
        if (table->count == table->max_services) {
            snprintf(outcome->error, MAX_ERROR, "more than %u Services: raise --max-services",
                     table->max_services);
            return false;
        }
        if (find(table, service->name, service->hash)) {
            snprintf(outcome->error, MAX_ERROR, "Service '%.100s' is named twice", service->name);
            return false;
        }
        other = claim(table, service);
        if (other) {
            snprintf(outcome->error, MAX_ERROR,
                     "Service '%.60s' has an address and port, or a NodePort, of Service '%.60s'",
                     service->name, other->name);
            release(table, service);
            return false;
        }
        link_in(table, service);
        service->id = service->replaced ? service->replaced->id : table->next_id++;
    }
    return true;
}

static bool write_slots(struct table *table, struct change *change, struct outcome *outcome)
{
    struct endpoint *array = programs_slots(table->programs);

    for (; change->taken < change->put_count; change->taken++) {
        struct service *service = change->puts[change->taken];

        for (int family = 0; family < FAMILIES; family++) {
            if (!slots_take(table->slots, service->count[family], &service->first[family])) {
                outcome->line = change->lines[change->taken];
                snprintf(outcome->error, MAX_ERROR, "no room for its endpoints: raise --max-endpoints");
                if (family)
                    slots_return(table->slots, service->first[IPV4], service->count[IPV4]);
                return false;
            }
            if (!++table->next_tag)
                table->next_tag = 1;
            service->tag[family] = table->next_tag;
            for (uint32_t i = 0; i < service->count[family]; i++) {
                struct endpoint endpoint = service->endpoints[family][i];

                endpoint.tag = service->tag[family];
                array[service->first[family] + i] = endpoint;
            }
        }
    }
    return true;
}

static uint32_t entries_of(struct service **services, uint32_t count, struct frontend_entry *entries)
{
    uint32_t total = 0;

    for (uint32_t i = 0; i < count; i++)
        total += service_entries(services[i], entries + total);
    return total;
}

/* Deletes the leavers' frontends that nobody of the puts has taken over. */
static void delete_left(struct table *table, const struct change *change)
{
    struct frontend_entry entries[4];

    for (uint32_t i = 0; i < change->leaver_count; i++) {
        int count = service_entries(change->leavers[i], entries);

        for (int j = 0; j < count; j++) {
            struct claim *claim = claim_at(table, &entries[j].key);

            if (!claim->service || claim->left)
                force_delete(table->programs, &entries[j].key);
        }
    }
}

static bool put_all(struct table *table, const struct change *change, struct outcome *outcome)
{
    struct frontend_entry *entries = zeroed(4 * (size_t)change->put_count, sizeof(*entries));
    uint32_t count = entries_of(change->puts, change->put_count, entries), done;
    bool put = force_put(table->programs, entries, count, &done);

    if (!put) {
        outcome->line = 0;
        snprintf(outcome->error, MAX_ERROR, "the kernel took %u of %u frontends: %s", done, count,
                 strerror(errno));
        /* Those that were new go; those that replaced others are overwritten by undo(). One more than was
         * told may have been taken. */
        for (uint32_t i = 0; i < count && i <= done; i++)
            force_delete(table->programs, &entries[i].key);
    }
    free(entries);
    return put;
}

static void undo(struct table *table, struct change *change, bool in_kernel)
{
    struct frontend_entry *entries;
    uint32_t done;

    for (uint32_t i = 0; i < change->taken; i++)
        for (int family = 0; family < FAMILIES; family++)
            slots_retire(table->slots, change->puts[i]->first[family], change->puts[i]->count[family]);
    for (uint32_t i = 0; i < change->claimed; i++) {
        release(table, change->puts[i]);
        link_out(table, change->puts[i]);
    }
    for (uint32_t i = 0; i < change->leaver_count; i++) {
        claim(table, change->leavers[i]);
        link_in(table, change->leavers[i]);
    }
    if (!in_kernel)
        return;
    entries = zeroed(4 * (size_t)change->leaver_count, sizeof(*entries));
    if (!force_put(table->programs, entries, entries_of(change->leavers, change->leaver_count, entries),
                   &done))
        complain("the Services from before could not all be put back: %s", strerror(errno));
    free(entries);
}

/* UDP flows must be looked through only if an endpoint went that may have some. */
static bool endpoint_went(const struct table *table, const struct service *leaver)
{
    if (leaver->protocol != 17)
        return false;
    for (int family = 0; family < FAMILIES; family++)
        for (uint32_t i = 0; i < leaver->count[family]; i++)
            if (!table_has_endpoint(table, leaver->id, &leaver->endpoints[family][i].address,
                                    leaver->endpoints[family][i].port))
                return true;
    return false;
}

static void finish(struct table *table, struct change *change, struct outcome *outcome)
{
    bool went = false;

    delete_left(table, change);
    for (uint32_t i = 0; i < change->leaver_count; i++)
        file_id(table, change->leavers[i]->id, NULL);
    for (uint32_t i = 0; i < change->put_count; i++) {
        file_id(table, change->puts[i]->id, change->puts[i]);
        change->puts[i]->replaced = NULL;
    }
    for (uint32_t i = 0; !went && i < change->leaver_count; i++)
        went = endpoint_went(table, change->leavers[i]);
    if (went)
        outcome->flows_forgotten = force_forget_udp(table->programs, table);
    for (uint32_t i = 0; i < change->leaver_count; i++) {
        struct service *leaver = change->leavers[i];

        for (int family = 0; family < FAMILIES; family++)
            slots_retire(table->slots, leaver->first[family], leaver->count[family]);
        service_free(leaver);
    }
    outcome->changed = change->put_count;
    outcome->removed = change->leaver_count;
}

bool table_apply(struct table *table, const struct request *request, struct outcome *outcome)
{
    uint32_t leavers = request->full ? table->count : request->lines;
    struct change change = {.puts = zeroed(request->lines, sizeof(*change.puts)),
                            .lines = zeroed(request->lines, sizeof(*change.lines)),
                            .leavers = zeroed(leavers, sizeof(*change.leavers))};
    bool done = false;

    memset(outcome, 0, sizeof(*outcome));
    widen_claims(table, 4 * (request->lines + table->count));
    if (parse(table, request, &change, outcome)) {
        if (!reserve(table, &change, outcome) || !write_slots(table, &change, outcome))
            undo(table, &change, false);
        else if (!put_all(table, &change, outcome))
            undo(table, &change, true);
        else
            done = true;
    }
    if (done)
        finish(table, &change, outcome);
    else
        for (uint32_t i = 0; i < change.leaver_count; i++)
            change.leavers[i]->doomed = false;
    change_free(&change, !done);
    return done;
}
