import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../theme"
import "../controls"
import "queue"

// One order at one target: what holds it, what comes next, and what a person can do.
ItemDelegate {
    id: row
    required property var model
    required property var vm
    readonly property bool opened: vm.chosen === model.id

    focusPolicy: Qt.StrongFocus
    padding: 0
    Accessible.name: qsTr("Order %1 to %2: %3").arg(model.number).arg(model.target).arg(Words.outbox(model.state))
    Keys.onReturnPressed: click()
    onClicked: vm.choose(model.id)
    background: Rectangle {
        color: row.opened || row.hovered ? Theme.canvas : "transparent"
        radius: row.opened ? Theme.radius : 0
        Rectangle { anchors { bottom: parent.bottom; left: parent.left; right: parent.right } color: Theme.line; height: 1 }
        FocusRing { anchors.margins: 1; around: row }
    }
    contentItem: ColumnLayout {
        spacing: 0
        RowLayout {
            Layout.fillWidth: true
            Layout.margins: 16
            Layout.bottomMargin: row.opened ? 8 : 16
            spacing: 16
            ColumnLayout {
                Layout.preferredWidth: Math.round(116 * Theme.scale)
                Layout.maximumWidth: Math.round(116 * Theme.scale)
                spacing: 2
                AppText { Layout.fillWidth: true; strong: true; text: row.model.number }
                AppText { Layout.fillWidth: true; font.pixelSize: Theme.small; muted: true; text: (fmt.locale, fmt.beat, qsTr("%1 ago").arg(fmt.ago(row.model.captured_at))) }
            }
            Item {
                Layout.preferredWidth: Math.round(124 * Theme.scale)
                implicitHeight: state.implicitHeight
                Badge { id: state; iconName: Words.outboxIcon(row.model.state); meaning: Words.outboxMeaning(row.model.state); text: Words.outbox(row.model.state) }
            }
            ColumnLayout {
                Layout.fillWidth: true
                spacing: 2
                AppText { Layout.fillWidth: true; strong: true; text: row.model.target }
                AppText {
                    Layout.fillWidth: true
                    font.pixelSize: Theme.small
                    muted: true
                    elide: Text.ElideRight
                    maximumLineCount: Theme.scale > 1.2 ? 3 : 1
                    wrapMode: Text.Wrap
                    text: row.model.reason ? (Words.known(row.model.reason) ? Words.reason(row.model.reason) : row.model.detail)
                        : row.model.next_try_at ? (fmt.locale, fmt.beat, qsTr("Next try in %1").arg(fmt.until(row.model.next_try_at))) : qsTr("Its turn comes soon.")
                }
            }
            MoneyText { Layout.preferredWidth: Math.round(84 * Theme.scale); amount: row.model.total; currency: row.model.currency; strong: true }
            Icon { name: row.opened ? "chevron-up" : "chevron-down" }
        }
        ColumnLayout {
            Layout.fillWidth: true
            Layout.leftMargin: 16
            Layout.rightMargin: 16
            Layout.bottomMargin: 16
            spacing: 12
            visible: row.opened
            AppText { Layout.fillWidth: true; text: Words.nextStep(row.model.next_step); visible: text && !row.model.can_settle; wrapMode: Text.Wrap }
            AppText { Layout.fillWidth: true; font.pixelSize: Theme.small; muted: true; text: row.model.can_settle ? row.model.detail : qsTr("%1 says: %2").arg(row.model.target).arg(row.model.detail); visible: !!row.model.detail; wrapMode: Text.Wrap }
            Loader {
                Layout.fillWidth: true
                active: row.opened && !!row.model.can_settle
                visible: active
                sourceComponent: SettleForm { rowId: row.model.id; target: row.model.target; vm: row.vm }
            }
            RowLayout {
                Layout.fillWidth: true
                spacing: 8
                AppText {
                    Layout.fillWidth: true
                    font.pixelSize: Theme.small
                    muted: true
                    text: {
                        fmt.locale, fmt.beat
                        const tries = qsTr("%n try(tries)", "", row.model.attempts)
                        const next = row.model.next_try_at ? " · " + qsTr("next in %1").arg(fmt.until(row.model.next_try_at)) : ""
                        return tries + next + (row.model.owner ? " · " + qsTr("sold by %1").arg(row.model.owner) : "")
                    }
                }
                ActionButton { iconName: "tray-arrow-down"; text: qsTr("Set aside"); visible: !!row.model.can_park; onClicked: row.vm.park(row.model.id) }
                ActionButton { iconName: "cloud-search-outline"; text: qsTr("Ask %1").arg(row.model.target); visible: !!row.model.can_ask; onClicked: row.vm.ask(row.model.id) }
                ActionButton { iconName: "refresh"; text: qsTr("Try now"); variant: "primary"; visible: !!row.model.can_retry; onClicked: row.vm.retry(row.model.id) }
            }
        }
    }
}
