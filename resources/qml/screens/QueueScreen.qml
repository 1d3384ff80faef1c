import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../theme"
import "../controls"

FocusScope {
    id: screen
    readonly property var vm: app.queue

    ColumnLayout {
        anchors { fill: parent; margins: 24 }
        spacing: 16
        ScreenHead {
            Layout.fillWidth: true
            subtitle: {
                fmt.locale
                if (screen.vm.rows.count === 0)
                    return qsTr("Every order has arrived where it belongs.")
                const pace = screen.vm.per_minute > 0 ? qsTr("about %n order(s) a minute", "", screen.vm.per_minute) : ""
                const end = screen.vm.empty_in_seconds >= 0 ? qsTr("empty in about %1").arg(fmt.span(screen.vm.empty_in_seconds))
                                                            : qsTr("when it will be empty cannot be told yet")
                return pace ? pace + " · " + end : end
            }
            title: qsTr("Queue")
            ActionButton { enabled: screen.vm.rows.count > 0; iconName: "tray-arrow-down"; text: qsTr("Export"); tip: qsTr("Save the queue to a file"); onClicked: screen.vm.export() }
            ActionButton { enabled: screen.vm.rows.count > 0 && !screen.vm.busy; iconName: "refresh"; text: qsTr("Try all now"); onClicked: screen.vm.retry_all() }
        }
        RowLayout {
            Layout.fillWidth: true
            spacing: 12
            Figure { Layout.fillWidth: true; iconName: "clock-outline"; label: qsTr("Waiting"); value: (fmt.locale, fmt.number(screen.vm.waiting)) }
            Figure { Layout.fillWidth: true; iconName: "timer-sand"; label: qsTr("Oldest"); value: (fmt.locale, screen.vm.waiting > 0 ? fmt.span(screen.vm.oldest_seconds) : "–") }
            Figure {
                Layout.fillWidth: true
                iconName: screen.vm.attention > 0 ? "alert-octagon" : "check-circle"
                label: qsTr("Need you")
                meaning: screen.vm.attention > 0 ? "problem" : "good"
                value: (fmt.locale, fmt.number(screen.vm.attention))
            }
        }
        Banner { Layout.fillWidth: true; meaning: "good"; title: qsTr("Saved to %1").arg(screen.vm.exported_to); visible: screen.vm.exported_to !== "" }
        Banner { Layout.fillWidth: true; closable: true; detail: screen.vm.failure.next_step || ""; meaning: "problem"; title: screen.vm.failure.message || ""; visible: !!screen.vm.failure.code; onClosed: screen.vm.forgive() }
        Card {
            Layout.fillHeight: true
            Layout.fillWidth: true
            ListView {
                id: list
                anchors { fill: parent; margins: 6 }
                clip: true
                model: screen.vm.rows
                delegate: QueueRow { vm: screen.vm; width: list.width }
                ScrollBar.vertical: ScrollBar { }
            }
            EmptyState { anchors.centerIn: parent; detail: qsTr("Orders show here until their system has confirmed them."); iconName: "check-all"; title: qsTr("Nothing waits"); visible: list.count === 0; width: 360 }
        }
    }
}
