import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../theme"
import "../controls"
import "connections"

FocusScope {
    id: screen
    readonly property var vm: app.connections
    readonly property bool adding: !!vm.adding.name

    RowLayout {
        anchors { fill: parent; margins: 24 }
        spacing: 24
        ColumnLayout {
            Layout.fillHeight: true
            Layout.maximumWidth: Layout.preferredWidth
            Layout.preferredWidth: Math.round(Math.min(400 * Math.min(1.3, Theme.scale), screen.width * 0.38))
            spacing: 16
            ScreenHead { Layout.fillWidth: true; subtitle: qsTr("The systems this till talks to."); title: qsTr("Systems") }
            Card {
                Layout.fillHeight: true
                Layout.fillWidth: true
                ListView {
                    id: list
                    anchors { fill: parent; margins: 6 }
                    clip: true
                    model: screen.vm.rows
                    delegate: ListRow {
                        id: row
                        required property var model
                        chosen: screen.vm.chosen.id === model.id
                        detail: Words.kind(model.kind) + " · " + model.account
                        iconName: model.kind === "pos" ? "cash-register" : model.kind === "shop" ? "web" : "message-text-outline"
                        title: model.label
                        width: list.width
                        trailing: Badge { iconName: Words.connectionIcon(row.model.state); meaning: Words.connectionMeaning(row.model.state); text: Words.connection(row.model.state) }
                        onClicked: screen.vm.choose(model.id)
                    }
                }
            }
            ActionButton { Layout.fillWidth: true; iconName: "plus"; text: qsTr("Connect a system"); variant: screen.vm.rows.count === 0 ? "primary" : "secondary"; onClicked: picker.open() }
        }
        Card {
            Layout.fillHeight: true
            Layout.fillWidth: true
            EmptyState {
                anchors.centerIn: parent
                detail: qsTr("Choose one at the left, or connect another.")
                iconName: "connection"
                title: qsTr("No system chosen")
                visible: !screen.adding && !screen.vm.chosen.id
                width: Math.min(360, parent.width - 48)
            }
            Loader {
                anchors { fill: parent; margins: 24 }
                source: screen.adding ? "connections/ConnectionForm.qml" : screen.vm.chosen.id ? "connections/ConnectionDetail.qml" : ""
            }
        }
    }
    Sheet {
        id: picker
        subtitle: qsTr("What do you want to connect?")
        title: qsTr("Connect a system")
        ListView {
            id: systems
            Layout.fillHeight: true
            Layout.fillWidth: true
            clip: true
            model: screen.vm.systems
            section { delegate: AppText { required property string section; bottomPadding: 4; font.pixelSize: Theme.small; muted: true; strong: true; text: Words.kind(section); topPadding: 12 } property: "kind" }
            delegate: ListRow {
                required property var modelData
                implicitHeight: 56
                title: modelData.label
                width: systems.width
                trailing: Icon { name: "chevron-right" }
                onClicked: { screen.vm.add(modelData.name); picker.close() }
            }
        }
    }
}
