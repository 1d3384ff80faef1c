<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en">
<context>
    <name>AgePerson</name>
    <message numerus="yes">
        <source>%n year(s) old</source>
        <translation>
            <numerusform>%n year old</numerusform>
            <numerusform>%n years old</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>AgeWays</name>
    <message numerus="yes">
        <source>Born %1: %n year(s) old</source>
        <translation>
            <numerusform>Born %1: %n year old</numerusform>
            <numerusform>Born %1: %n years old</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1: born %2, %n year(s) old</source>
        <translation>
            <numerusform>%1: born %2, %n year old</numerusform>
            <numerusform>%1: born %2, %n years old</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ConnectionDetail</name>
    <message numerus="yes">
        <source>%n order(s) wait for it. </source>
        <translation>
            <numerusform>%n order waits for it. </numerusform>
            <numerusform>%n orders wait for it. </numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n order(s)</source>
        <translation>
            <numerusform>%n order</numerusform>
            <numerusform>%n orders</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n object(s) could not be understood</source>
        <translation>
            <numerusform>%n object could not be understood</numerusform>
            <numerusform>%n objects could not be understood</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CounterWords</name>
    <message numerus="yes">
        <source>in %n day(s)</source>
        <translation>
            <numerusform>in %n day</numerusform>
            <numerusform>in %n days</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LockScreen</name>
    <message numerus="yes">
        <source>%n digit(s) entered</source>
        <translation>
            <numerusform>%n digit entered</numerusform>
            <numerusform>%n digits entered</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OverviewScreen</name>
    <message numerus="yes">
        <source>%n time(s)</source>
        <translation>
            <numerusform>once</numerusform>
            <numerusform>%n times</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ParkedSheet</name>
    <message numerus="yes">
        <source>%n article(s)</source>
        <translation>
            <numerusform>%n article</numerusform>
            <numerusform>%n articles</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProductTile</name>
    <message numerus="yes">
        <source>%n kind(s)</source>
        <translation>
            <numerusform>%n kind</numerusform>
            <numerusform>%n kinds</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>QueueRow</name>
    <message numerus="yes">
        <source>%n try(tries)</source>
        <translation>
            <numerusform>%n try</numerusform>
            <numerusform>%n tries</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>QueueScreen</name>
    <message numerus="yes">
        <source>about %n order(s) a minute</source>
        <translation>
            <numerusform>about %n order a minute</numerusform>
            <numerusform>about %n orders a minute</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ShelfSheet</name>
    <message numerus="yes">
        <source>%n product(s) use it. The purchase limits count by the shelf.</source>
        <translation>
            <numerusform>%n product uses it. The purchase limits count by the shelf.</numerusform>
            <numerusform>%n products use it. The purchase limits count by the shelf.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ShelfWords</name>
    <message numerus="yes">
        <source>%n product(s)</source>
        <translation>
            <numerusform>%n product</numerusform>
            <numerusform>%n products</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SyncBar</name>
    <message numerus="yes">
        <source>%n waiting, oldest %1</source>
        <translation>
            <numerusform>%n waiting, oldest %1</numerusform>
            <numerusform>%n waiting, oldest %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Offline: selling goes on · %n order(s) kept here</source>
        <translation>
            <numerusform>Offline: selling goes on · %n order kept here</numerusform>
            <numerusform>Offline: selling goes on · %n orders kept here</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n order(s) need you</source>
        <translation>
            <numerusform>%n order needs you</numerusform>
            <numerusform>%n orders need you</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message numerus="yes">
        <source>%n order(s) refused</source>
        <translation>
            <numerusform>%n order refused</numerusform>
            <numerusform>%n orders refused</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n system(s) to sign in to again</source>
        <translation>
            <numerusform>%n system to sign in to again</numerusform>
            <numerusform>%n systems to sign in to again</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n conflict(s) to settle</source>
        <translation>
            <numerusform>%n conflict to settle</numerusform>
            <numerusform>%n conflicts to settle</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n product(s) without a match</source>
        <translation>
            <numerusform>%n product without a match</numerusform>
            <numerusform>%n products without a match</numerusform>
        </translation>
    </message>
</context>
</TS>
