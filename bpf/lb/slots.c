// SPDX-License-Identifier: GPL-2.0
/* Runs of slots in the array of endpoints. A packet may look at a run for as long as a program takes after
 * the Service was given another one: a retired run rests a while before it is used again. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "lb.h"

#define REST_NS (20 * 1000000ULL)
#define EXACT   64 /* runs up to this size have a class of their own, larger ones the next power of two */
#define CLASSES (EXACT + 20)

struct stack {
    uint32_t *firsts;
    uint32_t count, room;
};

struct resting {
    uint64_t since;
    uint32_t first, class;
};

struct slots {
    uint32_t size, fresh, used; /* slots from `fresh` on were never given away */
    struct stack free[CLASSES];
    struct resting *resting; /* a ring */
    uint32_t head, count, room;
};

static uint32_t class_of(uint32_t count)
{
    uint32_t class = EXACT + 1;

    if (count <= EXACT)
        return count;
    while (1U << (class - EXACT + 6) < count)
        class ++;
    return class;
}

static uint32_t size_of(uint32_t class)
{
    return class <= EXACT ? class : 1U << (class - EXACT + 6);
}

static void *more(void *array, uint32_t *room, size_t size)
{
    *room = *room ? *room * 2 : 64;
    array = realloc(array, *room * size);
    if (!array)
        abort();
    return array;
}

static void push(struct slots *slots, uint32_t class, uint32_t first)
{
    struct stack *stack = &slots->free[class];

    if (stack->count == stack->room)
        stack->firsts = more(stack->firsts, &stack->room, sizeof(*stack->firsts));
    stack->firsts[stack->count++] = first;
}

struct slots *slots_new(uint32_t size)
{
    struct slots *slots = calloc(1, sizeof(*slots));

    if (!slots)
        abort();
    slots->size = size;
    return slots;
}

void slots_free(struct slots *slots)
{
    for (int i = 0; i < CLASSES; i++)
        free(slots->free[i].firsts);
    free(slots->resting);
    free(slots);
}

static void wake(struct slots *slots, uint64_t now)
{
    while (slots->count && now - slots->resting[slots->head].since >= REST_NS) {
        push(slots, slots->resting[slots->head].class, slots->resting[slots->head].first);
        slots->head = (slots->head + 1) % slots->room;
        slots->count--;
    }
}

static bool take_free(struct slots *slots, uint32_t class, uint32_t *first)
{
    if (slots->free[class].count) {
        *first = slots->free[class].firsts[--slots->free[class].count];
        return true;
    }
    if (slots->size - slots->fresh >= size_of(class)) {
        *first = slots->fresh;
        slots->fresh += size_of(class);
        return true;
    }
    for (uint32_t larger = class + 1; larger < CLASSES; larger++) {
        uint32_t rest = size_of(larger) - size_of(class);

        if (!slots->free[larger].count)
            continue;
        *first = slots->free[larger].firsts[--slots->free[larger].count];
        for (uint32_t at = *first + size_of(class); rest;) {
            uint32_t part = class_of(rest);

            if (size_of(part) > rest)
                part--;
            push(slots, part, at);
            at += size_of(part);
            rest -= size_of(part);
        }
        return true;
    }
    return false;
}

bool slots_take(struct slots *slots, uint32_t count, uint32_t *first)
{
    uint32_t class = class_of(count);
    const struct timespec rest = {.tv_nsec = REST_NS};

    *first = 0;
    if (!count)
        return true;
    wake(slots, now_ns());
    if (!take_free(slots, class, first)) {
        if (!slots->count)
            return false;
        nanosleep(&rest, NULL);
        wake(slots, now_ns());
        if (!take_free(slots, class, first))
            return false;
    }
    slots->used += size_of(class);
    return true;
}

void slots_return(struct slots *slots, uint32_t first, uint32_t count)
{
    if (!count)
        return;
    slots->used -= size_of(class_of(count));
    push(slots, class_of(count), first);
}

void slots_retire(struct slots *slots, uint32_t first, uint32_t count)
{
    if (!count)
        return;
    if (slots->count == slots->room) {
        uint32_t old = slots->room;

        slots->resting = more(slots->resting, &slots->room, sizeof(*slots->resting));
        memmove(slots->resting + slots->room - (old - slots->head), slots->resting + slots->head,
                (old - slots->head) * sizeof(*slots->resting));
        if (old)
            slots->head += slots->room - old;
    }
    slots->used -= size_of(class_of(count));
    slots->resting[(slots->head + slots->count++) % slots->room] =
        (struct resting){.since = now_ns(), .first = first, .class = class_of(count)};
}

uint32_t slots_used(const struct slots *slots)
{
    return slots->used;
}
